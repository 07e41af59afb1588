-- Who: how many distinct accounts reply to, relay, quote or mention a person, by the tier they were given here.
SELECT person_id, coalesce(tier, 'none') AS tier, count(*) AS people,
    round(count(*) / sum(count(*)) OVER (PARTITION BY person_id), 4) AS share
FROM (
    SELECT DISTINCT m.person_id, t.from_account AS account_id
    FROM core.ties t JOIN member m ON m.account_id = t.to_account
    WHERE t.kind IN ('reply', 'repost', 'quote', 'mention')
        AND (m.person_id, t.from_account) NOT IN (SELECT (person_id, account_id) FROM member)
)
LEFT JOIN (SELECT account_id, max(tier) AS tier FROM detection.candidates WHERE run_id = $run_id GROUP BY account_id)
    USING (account_id)
GROUP BY person_id, coalesce(tier, 'none') ORDER BY person_id, people DESC, tier
