-- What was deleted upstream leaves an empty, dated marker: no words, no links, no counts, nothing that was judged of it.
UPDATE core.posts SET title = NULL, text = NULL, tags = NULL, hashtags = NULL, mentions = NULL, links = NULL, url = NULL, in_reply_to = NULL,
    repost_of = NULL, quote_of = NULL, edited_at = NULL, declared_language = NULL, extra = NULL
FROM typed_posts p
WHERE p.post_id = core.posts.post_id AND core.posts.deleted_at IS NOT NULL
  AND coalesce(core.posts.title, core.posts.text, core.posts.url, core.posts.in_reply_to, core.posts.repost_of, core.posts.quote_of,
               core.posts.tags::VARCHAR, core.posts.hashtags::VARCHAR, core.posts.mentions::VARCHAR, core.posts.links::VARCHAR,
               core.posts.extra::VARCHAR) IS NOT NULL;

CREATE OR REPLACE TEMP TABLE deleted_posts AS
SELECT k.post_id FROM typed_posts p JOIN core.posts k USING (post_id) WHERE k.deleted_at IS NOT NULL;

DELETE FROM core.post_observations WHERE post_id IN (SELECT post_id FROM deleted_posts);

DELETE FROM nlp.post_features WHERE post_id IN (SELECT post_id FROM deleted_posts);

DELETE FROM detection.hits WHERE post_id IN (SELECT post_id FROM deleted_posts);
