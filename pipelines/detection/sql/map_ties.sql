-- Ties between people of the brief, up to the run's moment, by kind.
CREATE OR REPLACE TEMP TABLE map_ties AS
SELECT row_number() OVER (ORDER BY source, target, kind) - 1 AS tie, * FROM (
    SELECT f.row_number AS source, t.row_number AS target, k.kind,
           sum(k.weight) AS count,
           epoch($as_of - max(least(k.last_at, $as_of))) / 86400 AS age_days,
           bool_or(k.evidence_post IS NOT NULL) AS evidenced
    FROM core.ties k
    JOIN map_accounts fa ON fa.account_id = k.from_account JOIN map_people f ON f.person_id = fa.person_id
    JOIN map_accounts ta ON ta.account_id = k.to_account JOIN map_people t ON t.person_id = ta.person_id
    WHERE f.row_number <> t.row_number AND (k.first_at IS NULL OR k.first_at <= $as_of)
    GROUP BY ALL
);
