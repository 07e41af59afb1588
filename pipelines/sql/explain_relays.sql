-- Who relays, quotes, mentions, answers or links the person most, whatever the subject; brands and media are told apart.
SELECT f.account_id, a.handle, coalesce(a.display_name, a.native_id) AS display_name, string_agg(DISTINCT t.kind, ', ' ORDER BY t.kind) AS kinds, sum(t.weight) AS acts,
       max(t.last_at) AS last_at, any_value(t.evidence_post) AS evidence_post, o.role AS organisation
FROM core.ties t
JOIN core.person_accounts m ON m.account_id = t.to_account AND m.person_id = $person_id
JOIN core.person_accounts f ON f.account_id = t.from_account AND f.person_id <> $person_id
JOIN core.accounts a ON a.account_id = t.from_account
JOIN core.brief_accounts b ON b.account_id = t.from_account AND b.brief = $brief
LEFT JOIN (
    SELECT person_id, any_value(role) AS role FROM detection.candidates
    WHERE brief = $brief AND run_id = $run_id AND role IN ('brand', 'competitor', 'media') GROUP BY person_id
) o ON o.person_id = f.person_id
WHERE t.kind <> 'follow' AND a.consent = 'allow'
GROUP BY ALL
ORDER BY acts DESC, f.account_id
LIMIT $top;
