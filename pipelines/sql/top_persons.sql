-- The people at the top of a run, each once, best segment first; those set aside by an analyst are left out.
SELECT person_id FROM detection.candidates
WHERE run_id = ? AND status <> 'out' AND influence IS NOT NULL
GROUP BY person_id
ORDER BY max(influence) DESC, person_id
LIMIT ?;
