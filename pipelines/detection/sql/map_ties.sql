-- Ties between people of the brief, up to the run's moment, by kind; in the order in which they are read.
CREATE OR REPLACE TEMP TABLE map_tied AS
SELECT f.person AS source, t.person AS target, k.kind,
       sum(k.weight) AS count,
       epoch($as_of - max(least(k.last_at, $as_of))) / 86400 AS age_days,
       bool_or(k.evidence_post IS NOT NULL) AS evidenced
FROM core.ties k
JOIN map_rows f ON f.account_id = k.from_account
JOIN map_rows t ON t.account_id = k.to_account
WHERE f.person <> t.person AND (k.first_at IS NULL OR k.first_at <= $as_of)
GROUP BY ALL
ORDER BY source, target, k.kind;
