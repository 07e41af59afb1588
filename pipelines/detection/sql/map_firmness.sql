-- The communities of the last run, how firm they are, and the run that found them; the same brief and code, a week old at most.
WITH mine AS (SELECT brief, brief_hash FROM detection.runs WHERE run_id = $run_id),
fit AS (
    SELECT r.run_id, r.finished_at,
           (SELECT c.from_run FROM ecosystem.carried c WHERE c.run_id = r.run_id AND c.part = 'communities') AS from_run
    FROM detection.runs r
    JOIN mine m ON m.brief = r.brief AND m.brief_hash = r.brief_hash
    SEMI JOIN (SELECT run_id FROM ecosystem.methods WHERE method = $method) k ON k.run_id = r.run_id
    WHERE r.state = 'finished' AND r.run_id <> $run_id AND r.as_of BETWEEN $as_of - to_days($longest) AND $as_of
),
last AS (SELECT * FROM fit ORDER BY finished_at DESC, run_id DESC LIMIT 1)
SELECT coalesce(l.from_run, l.run_id) AS from_run, c.community_id, c.firmness
FROM last l JOIN detection.communities c ON c.run_id = l.run_id
WHERE c.firmness IS NOT NULL AND (l.from_run IS NULL OR l.from_run IN (SELECT run_id FROM fit));
