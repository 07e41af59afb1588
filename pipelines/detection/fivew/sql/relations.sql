-- Who and how: ties with the brand, its competitors and the media.
SELECT person_id, counterpart, counterpart_kind, ties, tone, first_at, last_at, posts AS post_ids
FROM detection.relations
WHERE run_id = $run_id AND list_contains($person_ids, person_id)
ORDER BY person_id, counterpart_kind, ties DESC, counterpart
