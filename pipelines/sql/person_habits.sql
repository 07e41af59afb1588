-- One person's saturation and approachability in the newest run.
SELECT * EXCLUDE (brief, run_id, person_id) FROM ecosystem.habits_latest WHERE brief = $brief AND person_id = $person_id;
