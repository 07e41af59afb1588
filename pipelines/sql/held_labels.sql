-- Which labels anybody bears in one run.
SELECT DISTINCT unnest(labels) AS label FROM detection.candidates
WHERE brief = $brief AND run_id = $run_id AND status <> 'out'
ORDER BY label;
