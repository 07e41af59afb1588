-- The staged posts as typed rows. Hashtags, links and mentions that no column gives are read off the text.
CREATE OR REPLACE TEMP TABLE typed_posts AS
WITH typed AS (
    SELECT one_identity(coalesce(given(post_id), given(source) || ':' || given(native_id))) AS post_id,
           one_identity(coalesce(given(account_id), given(source) || ':' || given(account))) AS account_id,
           given(source) AS source,
           coalesce(given(native_id), substr(post_id, length(split_part(post_id, ':', 1)) + 2)) AS native_id,
           given(post_id) IS NOT NULL AS own,
           coalesce(lower(given(kind)),
                    CASE WHEN given(repost_of) IS NOT NULL THEN 'repost'
                         WHEN given(in_reply_to) IS NOT NULL OR truth(is_reply) THEN 'reply'
                         WHEN given(quote_of) IS NOT NULL THEN 'quote' END) AS kind,
           moment(published_at) AS published_at, moment(edited_at) AS edited_at, given(declared_language) AS declared_language,
           clean(title) AS title, clean("text") AS text, given(url) AS url,
           in_reply_to, repost_of, quote_of, several(tags) AS tags, hashtags, mentions, links,
           moment(deleted_at) AS deleted_at,
           whole(likes) AS likes, whole(reposts) AS reposts, whole(replies) AS replies, whole(quotes) AS quotes,
           whole(views) AS views, whole_signed(score) AS score,
           moment(first_seen) AS first_seen, moment(last_seen) AS last_seen, moment(observed_at) AS observed_at,
           given(found_via) AS found_via, given(extra) AS extra, s.line AS line
    FROM staged_post s ANTI JOIN staged_rejects r ON r.line = s.line AND r.kind = 'post'
)
SELECT post_id, account_id, source, native_id, kind, published_at, edited_at, declared_language, title, text, url,
       ref(source, in_reply_to, own) AS in_reply_to, ref(source, repost_of, own) AS repost_of, ref(source, quote_of, own) AS quote_of,
       tags,
       uniq(coalesce(list_transform(several(hashtags), lambda h: lower(ltrim(h, '#'))),
                CASE WHEN hashtags IS NULL AND NOT own
                     THEN list_distinct(list_transform(regexp_extract_all(text, '(?:^|[\s(\[«"''’])#([\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*)', 1),
                                                       lambda h: lower(h))) END)) AS hashtags,
       uniq(list_transform(coalesce(several(mentions),
                CASE WHEN mentions IS NULL AND NOT own
                     THEN list_distinct(regexp_extract_all(text, '(?:^|[\s(\[«"''’.])(@[\p{L}\p{N}_][\p{L}\p{N}_.\-]*(?:@[\p{L}\p{N}.\-]+\p{L})?)', 1))
                     END), lambda m: ref(source, rtrim(m, '.-'), own))) AS mentions,
       uniq(coalesce(several(links),
                CASE WHEN links IS NULL AND NOT own
                     THEN list_distinct(regexp_extract_all(text, 'https?://[^\s<>"''»)\]]+')) END)) AS links,
       deleted_at, likes, reposts, replies, quotes, views, score, first_seen, last_seen, observed_at, found_via, extra, line
FROM typed;
