-- What sites and pages of the staged posts say against a use of their words; a post that says nothing any more is free again.
CREATE OR REPLACE TEMP TABLE told_wishes AS
SELECT post_id, CASE WHEN json_valid(extra) THEN from_json(json_extract(extra, '$.wishes'), '["VARCHAR"]') END AS wishes
FROM typed_posts WHERE deleted_at IS NULL AND (extra LIKE '%"wishes"%' OR text IS NOT NULL OR title IS NOT NULL);

DELETE FROM core.reservations
WHERE post_id IN (SELECT post_id FROM told_wishes) OR post_id NOT IN (SELECT post_id FROM core.posts);

INSERT INTO core.reservations (post_id, wishes, model, seen_at)
SELECT t.post_id, t.wishes, list_has_any(t.wishes, ['noai', 'ai-input=no', 'ai-train=no', 'train-ai=n']), $now::TIMESTAMPTZ
FROM told_wishes t SEMI JOIN core.posts p USING (post_id)
WHERE len(t.wishes) > 0;

-- Words kept before they were reserved go, and what was judged of them.
CREATE OR REPLACE TEMP TABLE reserved_posts AS
SELECT r.post_id, list_has_any(r.wishes, ['noindex', 'none', 'noarchive', 'nosnippet', 'search=no', 'tdm-reservation=1']) AS words
FROM core.reservations r SEMI JOIN told_wishes USING (post_id);

INSERT INTO refused_posts
SELECT p.post_id, 'restricted' FROM core.posts p JOIN reserved_posts r USING (post_id)
WHERE r.words AND (p.text IS NOT NULL OR p.title IS NOT NULL);

UPDATE core.posts SET text = NULL, title = NULL, links = NULL, tags = NULL, hashtags = NULL, mentions = NULL
WHERE post_id IN (SELECT post_id FROM reserved_posts WHERE words) AND (text IS NOT NULL OR title IS NOT NULL);

DELETE FROM nlp.post_features WHERE post_id IN (SELECT post_id FROM reserved_posts WHERE words);

UPDATE nlp.post_features SET tone = NULL, tone_score = NULL WHERE post_id IN (SELECT post_id FROM reserved_posts) AND tone IS NOT NULL;
