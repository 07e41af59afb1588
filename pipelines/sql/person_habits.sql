-- One person's saturation and approachability in a run.
SELECT * EXCLUDE (brief, run_id, person_id) FROM ecosystem.habits WHERE brief = $brief AND run_id = $run_id AND person_id = $person_id;
