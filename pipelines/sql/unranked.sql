-- Why nobody is ranked: for each segment, what is missing and for how many; the segments with nobody at all are not here.
SELECT segment, coalesce(relevance_missing, influence_missing, 'organisation') AS why, count(*) AS people
FROM detection.candidates
WHERE brief = $brief AND run_id = $run_id AND rank IS NULL AND ($segment IS NULL OR segment = $segment)
GROUP BY ALL
ORDER BY segment, people DESC, why;
