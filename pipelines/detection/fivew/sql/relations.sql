-- Who and how: ties with the brand, its competitors, the media, and people; people who refuse are left out.
SELECT r.person_id, r.counterpart, r.counterpart_kind, a.display_name, a.handle, r.ties, r.tone, r.first_at, r.last_at,
    r.posts AS post_ids
FROM detection.relations r
LEFT JOIN (
    SELECT person_id, arg_min(a.display_name, account_id) AS display_name, arg_min(a.handle, account_id) AS handle,
        bool_and(a.consent = 'allow') AS shown
    FROM core.person_accounts JOIN core.accounts a USING (account_id)
    GROUP BY person_id
) a ON a.person_id = r.counterpart
WHERE r.run_id = $run_id AND list_contains($person_ids, r.person_id) AND coalesce(a.shown, true)
ORDER BY r.person_id, r.counterpart_kind, r.ties DESC, r.counterpart
