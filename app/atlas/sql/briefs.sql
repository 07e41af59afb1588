-- Each brief's newest finished run, and how many people it found.
SELECT r.brief, r.run_id, r.finished_at, r.as_of, r.code_version,
    (SELECT count(*) FROM detection.runs o WHERE o.brief = r.brief) AS runs,
    count(DISTINCT c.person_id) AS people,
    count(DISTINCT c.segment) AS segments,
    count(DISTINCT c.person_id) FILTER (WHERE c.tier = 'macro') AS macro,
    count(DISTINCT c.person_id) FILTER (WHERE c.tier = 'magic_middle') AS magic_middle,
    count(DISTINCT c.person_id) FILTER (WHERE c.tier = 'micro') AS micro,
    (SELECT count(*) FROM core.brief_posts p WHERE p.brief = r.brief) AS posts
FROM detection.runs r
JOIN detection.latest_runs USING (brief, run_id)
LEFT JOIN detection.candidates c ON c.brief = r.brief AND c.run_id = r.run_id AND c.status <> 'out'
GROUP BY ALL
ORDER BY r.finished_at DESC, r.brief
