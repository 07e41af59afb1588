-- The steps of the method that this run carried out.
SELECT step, state, "rows", started_at, finished_at
FROM detection.steps
WHERE brief = $brief AND run_id = $run_id
ORDER BY step
