-- Who and how: ties with the brand, its competitors, the media, and people; people who refuse are left out.
SELECT r.person_id, r.counterpart, r.counterpart_kind, a.display_name, a.handle, r.ties, r.tone, r.first_at, r.last_at,
    coalesce(d.disclosed_posts, 0) AS disclosed_posts, r.posts AS post_ids
FROM detection.relations r
LEFT JOIN (
    SELECT person_id, counterpart, count(DISTINCT post_id) AS disclosed_posts
    FROM (
        SELECT person_id, counterpart, unnest(posts) AS post_id FROM detection.relations
        WHERE run_id = $run_id AND list_contains($person_ids, person_id)
    )
    JOIN nlp.post_features f USING (post_id) WHERE f.disclosure IN ('clear', 'improvable')
    GROUP BY person_id, counterpart
) d USING (person_id, counterpart)
LEFT JOIN (
    SELECT person_id, arg_min(a.display_name, account_id) AS display_name, arg_min(a.handle, account_id) AS handle,
        bool_and(a.consent = 'allow') AS shown
    FROM core.person_accounts JOIN core.accounts a USING (account_id)
    GROUP BY person_id
) a ON a.person_id = r.counterpart
WHERE r.run_id = $run_id AND list_contains($person_ids, r.person_id) AND coalesce(a.shown, true)
ORDER BY r.person_id, r.counterpart_kind, r.ties DESC, r.counterpart
