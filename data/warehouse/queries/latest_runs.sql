-- The newest finished run of each brief.
CREATE OR REPLACE VIEW detection.latest_runs AS
SELECT brief, run_id FROM detection.runs
WHERE state = 'finished'
QUALIFY row_number() OVER (PARTITION BY brief ORDER BY finished_at DESC, run_id DESC) = 1;
