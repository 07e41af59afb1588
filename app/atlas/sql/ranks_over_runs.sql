-- A person's rank and influence in every finished run.
SELECT r.run_id, r.finished_at, c.segment, c.rank, c.rank_low, c.rank_high, c.influence, c.tier
FROM detection.candidates c JOIN detection.runs r USING (brief, run_id)
WHERE c.brief = $brief AND c.person_id = $person_id AND r.state = 'finished'
ORDER BY r.finished_at DESC, c.segment
LIMIT 60
