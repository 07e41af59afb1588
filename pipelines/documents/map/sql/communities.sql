-- The communities of a run, largest first.
SELECT community_id, name, size, terms FROM detection.communities
WHERE brief = $brief AND run_id = $run_id ORDER BY size DESC NULLS LAST, community_id
