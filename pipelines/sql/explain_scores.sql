-- One person's rows in the newest run, best segment first.
SELECT * FROM detection.candidates_latest
WHERE brief = $brief AND person_id = $person_id
ORDER BY influence DESC NULLS LAST, segment;
