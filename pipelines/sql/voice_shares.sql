-- Share of voice in a run: the whole brief, or one segment.
SELECT * EXCLUDE (brief, run_id) FROM ecosystem.voice
WHERE brief = $brief AND run_id = $run_id AND segment IS NOT DISTINCT FROM $segment
ORDER BY counterpart_kind, posts DESC, counterpart;
