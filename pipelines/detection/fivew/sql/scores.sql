-- Why: the scores of a person on each segment, their tier and the rule that gave it.
SELECT c.*, k.name AS community_name, k.size AS community_size, k.terms AS community_terms,
    count(*) OVER (PARTITION BY c.segment, c.person_id) AS accounts,
    (SELECT count(*) FROM detection.candidates o WHERE o.run_id = $run_id AND o.segment = c.segment) AS field
FROM detection.candidates c
LEFT JOIN detection.communities k ON k.run_id = c.run_id AND k.community_id = c.community_id
WHERE c.run_id = $run_id AND list_contains($person_ids, c.person_id)
ORDER BY c.person_id, c.influence DESC NULLS LAST, c.rank NULLS LAST, c.segment
