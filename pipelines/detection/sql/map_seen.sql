-- Per person: posts seen, the last one, and the median reactions per hundred followers.
SELECT p.person, count(*) AS posts_seen, max(p.published_at) AS last_post_at,
       100 * median(p.reactions / nullif(a.followers, 0)) FILTER (p.kind <> 'repost') AS engagement_rate
FROM map_posts p
JOIN map_people m ON m.row_number = p.person
JOIN map_accounts a USING (account_id)
GROUP BY p.person;
