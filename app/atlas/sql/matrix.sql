-- People per segment and tier; those whom the team sets aside are left out, by today's decisions.
WITH decided AS (
    SELECT unnest($accounts::VARCHAR[]) AS account_id, unnest($statuses::VARCHAR[]) AS status,
        generate_subscripts($accounts::VARCHAR[], 1) AS place
),
standing AS (
    SELECT coalesce(m.person_id, d.account_id) AS person_id, arg_max(d.status, d.place) AS status
    FROM decided d LEFT JOIN core.person_accounts m USING (account_id) GROUP BY ALL
)
SELECT c.segment, coalesce(c.tier, 'none') AS tier, count(DISTINCT c.person_id) AS people,
    median(c.influence) AS influence, median(c.followers)::BIGINT AS followers
FROM detection.candidates c
LEFT JOIN core.accounts a USING (account_id)
LEFT JOIN standing s USING (person_id)
WHERE c.brief = $brief AND c.run_id = $run_id
    AND coalesce(s.status, c.status) <> 'out' AND coalesce(a.consent, 'allow') = 'allow'
GROUP BY ALL
ORDER BY c.segment, people DESC
