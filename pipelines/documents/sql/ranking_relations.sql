-- Ties of the people of a run with the brand, its competitors and the media.
SELECT r.person_id, p.display_name, r.counterpart, r.counterpart_kind, r.ties, r.tone, r.first_at, r.last_at,
    r.posts AS post_ids
FROM detection.relations r
LEFT JOIN (
    SELECT person_id, any_value(display_name ORDER BY account_id) AS display_name
    FROM core.person_accounts JOIN core.accounts USING (account_id) GROUP BY person_id
) p USING (person_id)
WHERE r.brief = $brief AND r.run_id = $run_id AND list_contains($person_ids, r.person_id)
ORDER BY r.counterpart_kind, r.ties DESC, r.person_id, r.counterpart
