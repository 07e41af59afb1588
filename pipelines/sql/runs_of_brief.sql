-- The dated runs of a brief, newest first, with how many people each ranked, and the fingerprint of what computed it.
SELECT r.run_id, r.as_of, r.finished_at, r.code_version, r.brief_hash, count(DISTINCT c.person_id) AS people,
       count(DISTINCT c.person_id) FILTER (c.rank IS NOT NULL) AS ranked, any_value(m.method) AS method
FROM detection.runs r
LEFT JOIN detection.candidates c ON c.run_id = r.run_id AND c.brief = r.brief
LEFT JOIN (SELECT run_id, min(method) AS method FROM ecosystem.methods WHERE brief = $brief GROUP BY run_id) m ON m.run_id = r.run_id
WHERE r.brief = $brief AND r.state = 'finished'
GROUP BY ALL
ORDER BY r.finished_at DESC, r.run_id DESC;
