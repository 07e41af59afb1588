-- Ties between people of the brief, up to the run's moment, by kind; in the order in which they are read. Ages are
-- differences of whole microseconds: taking one moment from another costs as much as all the rest.
CREATE OR REPLACE TEMP TABLE map_tied AS
SELECT source, target, kind, sum(weight) AS count,
       (epoch_us($as_of) - max(least(last_us, epoch_us($as_of)))) / 1e6 / 86400 AS age_days,
       bool_or(evidenced) AS evidenced
FROM (
    SELECT f.person AS source, t.person AS target, k.kind, k.weight, epoch_us(k.last_at) AS last_us,
           k.evidence_post IS NOT NULL AS evidenced
    FROM core.ties k
    JOIN map_rows f ON f.account_id = k.from_account
    JOIN map_rows t ON t.account_id = k.to_account
    WHERE f.person <> t.person AND (k.first_at IS NULL OR k.first_at <= $as_of)
)
GROUP BY source, target, kind
ORDER BY source, target, kind;
