-- Which community each person was in when the last finished run of the brief looked.
SELECT p.row_number, any_value(e.community_id) AS community_id
FROM detection.ecosystem e JOIN map_people p USING (person_id)
WHERE e.run_id = (
    SELECT run_id FROM detection.runs
    WHERE brief = $brief AND state = 'finished' AND run_id <> $run_id AND as_of <= $as_of
    ORDER BY finished_at DESC LIMIT 1
) AND e.community_id IS NOT NULL
GROUP BY p.row_number;
