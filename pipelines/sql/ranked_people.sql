-- How many people each segment of a run ranks, and how often its first ones are in the top twenty.
SELECT segment, count(rank) AS ranked, list(in_top_20) FILTER (rank <= $top) AS chances
FROM detection.candidates
WHERE brief = $brief AND run_id = $run_id AND ($segment IS NULL OR segment = $segment)
GROUP BY segment
ORDER BY segment;
