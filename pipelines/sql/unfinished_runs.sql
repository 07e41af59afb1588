-- Runs of a brief that never ended, newest first.
SELECT run_id, as_of, brief_hash FROM detection.runs WHERE brief = $brief AND state = 'running' ORDER BY started_at DESC;
