-- How many macros of each segment (given_macros: segment, person_id) attend to whom, up to the run's moment.
WITH owners AS (
    SELECT a.account_id, coalesce(p.person_id, 'person:' || a.account_id) AS person_id
    FROM core.accounts a LEFT JOIN core.person_accounts p USING (account_id)
),
given AS (
    SELECT m.segment, m.person_id, o.account_id FROM given_macros m JOIN owners o USING (person_id)
)
SELECT g.segment, t.person_id, count(DISTINCT g.person_id)::INTEGER AS macros
FROM core.ties k
JOIN given g ON g.account_id = k.from_account
JOIN owners t ON t.account_id = k.to_account
WHERE (k.first_at IS NULL OR k.first_at <= $as_of) AND t.person_id <> g.person_id
GROUP BY g.segment, t.person_id;
