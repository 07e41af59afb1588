-- Take the words away, and the sheets of old runs that quote them; counts and ties stay.
INSERT INTO core.expired SELECT post_id, $now::TIMESTAMPTZ FROM late_posts ON CONFLICT DO NOTHING;

UPDATE core.posts SET text = NULL, title = NULL, extra = NULL WHERE post_id IN (SELECT post_id FROM late_posts);

DELETE FROM detection.sheets WHERE run_id IN (
    SELECT run_id FROM detection.runs WHERE coalesce(finished_at, started_at) + to_months($months) < $now::TIMESTAMPTZ);
