-- Who: the people a person is most tied to, in each direction (follows aside), and the tier they were given.
SELECT person_id, direction, account_id, any_value(a.handle) AS handle, any_value(a.display_name) AS display_name,
    any_value(a.url) AS url, any_value(a.source) AS source, sum(weight) AS ties, max(t.last_at) AS last_at,
    arg_max(t.evidence_post, t.last_at) AS evidence_post, any_value(tier) AS tier
FROM (
    SELECT m.person_id, 'received' AS direction, t.from_account AS account_id, t.weight, t.last_at, t.evidence_post
    FROM core.ties t JOIN member m ON m.account_id = t.to_account WHERE t.kind <> 'follow'
    UNION ALL
    SELECT m.person_id, 'given', t.to_account, t.weight, t.last_at, t.evidence_post
    FROM core.ties t JOIN member m ON m.account_id = t.from_account WHERE t.kind <> 'follow'
) t
JOIN core.accounts a USING (account_id)
LEFT JOIN (SELECT account_id, max(tier) AS tier FROM detection.candidates WHERE run_id = $run_id GROUP BY account_id)
    USING (account_id)
WHERE a.consent = 'allow' AND (person_id, account_id) NOT IN (SELECT (person_id, account_id) FROM member)
GROUP BY person_id, direction, account_id
QUALIFY row_number() OVER (PARTITION BY person_id, direction ORDER BY ties DESC, account_id) <= 8
ORDER BY person_id, direction, ties DESC, account_id
