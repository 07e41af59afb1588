-- The names of a brief's communities in its newest run.
SELECT k.community_id, k.name
FROM detection.communities k
JOIN detection.runs_latest r USING (brief, run_id)
WHERE k.brief = $brief;
