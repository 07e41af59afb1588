-- The run a report rests on.
SELECT run_id, as_of, code_version, brief_hash, coverage FROM detection.runs_latest WHERE brief = $brief;
