-- Several records of one post become one: the newest word on each field.
CREATE OR REPLACE TEMP TABLE merged_posts AS
WITH doubled AS (
    SELECT post_id FROM typed_posts GROUP BY post_id HAVING count(*) > 1
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY post_id ORDER BY coalesce(edited_at, published_at), line) AS place
    FROM typed_posts SEMI JOIN doubled USING (post_id)
)
SELECT post_id,
       arg_max(account_id, place) AS account_id, arg_max(source, place) AS source, arg_max(native_id, place) AS native_id,
       arg_max(kind, place) AS kind, arg_max(published_at, place) AS published_at, arg_max(edited_at, place) AS edited_at,
       arg_max(declared_language, place) AS declared_language, arg_max(title, place) AS title, arg_max(text, place) AS text,
       arg_max(url, place) AS url, arg_max(in_reply_to, place) AS in_reply_to, arg_max(repost_of, place) AS repost_of,
       arg_max(quote_of, place) AS quote_of, arg_max(tags, place) AS tags, arg_max(hashtags, place) AS hashtags,
       arg_max(mentions, place) AS mentions, arg_max(links, place) AS links, arg_max(deleted_at, place) AS deleted_at,
       arg_max(likes, place) AS likes, arg_max(reposts, place) AS reposts, arg_max(replies, place) AS replies,
       arg_max(quotes, place) AS quotes, arg_max(views, place) AS views, arg_max(score, place) AS score,
       arg_max(found_via, place) AS found_via, arg_max(extra, place) AS extra, arg_max(line, place) AS line,
       min(first_seen) AS first_seen, max(last_seen) AS last_seen, max(observed_at) AS observed_at
FROM placed
GROUP BY post_id;

DELETE FROM typed_posts WHERE post_id IN (SELECT post_id FROM merged_posts);

INSERT INTO typed_posts BY NAME FROM merged_posts;
