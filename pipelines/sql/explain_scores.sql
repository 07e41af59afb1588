-- One person's rows in the newest run, best segment first, with the name of their community.
SELECT c.*, k.name AS community_name FROM detection.candidates_latest c
LEFT JOIN detection.communities k ON k.brief = c.brief AND k.run_id = c.run_id AND k.community_id = c.community_id
WHERE c.brief = $brief AND c.person_id = $person_id
ORDER BY c.influence DESC NULLS LAST, c.segment;
