-- Where: the networks of a person, the audience last seen on each, and how the activity is shared out.
SELECT m.person_id, a.account_id, a.source, a.handle, a.display_name, a.url, a.summary, a.location, a.language,
    a.created_at, a.is_automated, a.links, a.verified_links,
    o.followers, o.following, o.observed_at, coalesce(n.posts, 0) AS posts,
    round(coalesce(n.posts, 0) / nullif(sum(coalesce(n.posts, 0)) OVER (PARTITION BY m.person_id), 0), 4) AS share,
    n.median_reactions, n.reactions_n,
    round(n.median_reactions / nullif(o.followers, 0), 6) AS engagement_rate
FROM member m
JOIN core.accounts a USING (account_id)
LEFT JOIN (
    SELECT account_id, arg_max(followers, preference) AS followers, arg_max(following, preference) AS following,
        arg_max(observed_at, preference) AS observed_at
    FROM (
        SELECT *, CASE WHEN observed_at <= $as_of THEN epoch(observed_at) ELSE -epoch(observed_at) END AS preference
        FROM core.account_observations WHERE account_id IN (SELECT account_id FROM member)
    )
    GROUP BY account_id
) o USING (account_id)
LEFT JOIN (
    SELECT account_id, count(*) AS posts,
        median(reactions) FILTER (kind <> 'repost') AS median_reactions,
        count(reactions) FILTER (kind <> 'repost') AS reactions_n
    FROM post LEFT JOIN reaction USING (post_id) GROUP BY account_id
) n USING (account_id)
ORDER BY m.person_id, posts DESC, a.account_id
