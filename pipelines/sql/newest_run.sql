-- How the newest run of a brief stands, and of which wording of the brief it is.
SELECT state, brief_hash FROM detection.runs WHERE brief = $brief ORDER BY started_at DESC, run_id DESC LIMIT 1;
