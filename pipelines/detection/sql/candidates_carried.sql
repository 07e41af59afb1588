-- Per segment, the run from which the mapping took over what was drawn.
SELECT segment, from_run FROM ecosystem.carried WHERE run_id = $run_id AND part LIKE '%tier chances%';
