-- Ties between people of the brief, up to the run's moment, as their accounts have them. Ages are differences of whole
-- microseconds: taking one moment from another costs as much as all the rest.
SELECT f.person AS source, t.person AS target, k.kind, k.weight,
       epoch_us($as_of) - least(epoch_us(k.last_at), epoch_us($as_of)) AS age_us, k.evidence_post IS NOT NULL AS evidenced
FROM core.ties k
JOIN map_rows f ON f.account_id = k.from_account
JOIN map_rows t ON t.account_id = k.to_account
WHERE f.person <> t.person AND (k.first_at IS NULL OR k.first_at <= $as_of);
