-- Share of voice in the newest run: the whole brief, or one segment.
SELECT * EXCLUDE (brief, run_id) FROM ecosystem.voice_latest
WHERE brief = $brief AND segment IS NOT DISTINCT FROM $segment
ORDER BY counterpart_kind, posts DESC, counterpart;
