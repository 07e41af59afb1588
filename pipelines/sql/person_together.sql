-- With whom a person is named together in a run, by most people first; who refuses since is left out.
SELECT t.other_id, a.handle AS other_handle, coalesce(p.display_name, a.display_name, a.native_id) AS other_name, t.namers, t.posts, t.last_at, t.evidence_post
FROM ecosystem.together t
JOIN (SELECT person_id, min(account_id) AS account_id FROM core.person_accounts GROUP BY person_id) o ON o.person_id = t.other_id
JOIN core.accounts a ON a.account_id = o.account_id AND a.consent = 'allow'
LEFT JOIN core.persons p ON p.person_id = t.other_id
WHERE t.brief = $brief AND t.run_id = $run_id AND t.person_id = $person
ORDER BY t.namers DESC, t.posts DESC, t.other_id
LIMIT $top;
