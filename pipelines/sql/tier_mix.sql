-- How many people stand in each tier of a brief's newest run.
SELECT tier, count(*) FROM detection.candidates
WHERE brief = $brief AND run_id = $run_id AND status <> 'out'
GROUP BY tier
ORDER BY CASE tier WHEN 'macro' THEN 1 WHEN 'magic_middle' THEN 2 WHEN 'micro' THEN 3 ELSE 4 END;
