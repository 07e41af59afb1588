-- Runs of a brief that never ended, and the one whose results were still being published or shown; newest first.
SELECT run_id, as_of, started_at, brief_hash, state FROM detection.runs
WHERE brief = $brief AND (state = 'running' OR run_id = $under_way)
ORDER BY started_at DESC;
