-- How many accounts were seen turning to both of two persons (replies, mentions, reposts…; follows aside).
WITH member AS (
    SELECT person_id, account_id FROM core.person_accounts WHERE list_contains($person_ids, person_id)
    UNION
    SELECT person_id, account_id FROM detection.candidates
    WHERE run_id = $run_id AND list_contains($person_ids, person_id)
),
audience AS (
    SELECT DISTINCT m.person_id, t.from_account
    FROM core.ties t
    JOIN member m ON m.account_id = t.to_account
    WHERE t.kind <> 'follow'
        AND (m.person_id, t.from_account) NOT IN (SELECT (person_id, account_id) FROM member)
),
size AS (SELECT person_id, count(*) AS accounts FROM audience GROUP BY person_id)
SELECT one.person_id, other.person_id, count(*) AS both, least(any_value(a.accounts), any_value(b.accounts)) AS smaller
FROM audience one
JOIN audience other ON one.from_account = other.from_account AND one.person_id <> other.person_id
JOIN size a ON a.person_id = one.person_id
JOIN size b ON b.person_id = other.person_id
GROUP BY one.person_id, other.person_id
ORDER BY one.person_id, other.person_id
