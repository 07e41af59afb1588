-- Posts by their id: new ones come in, edited ones replace, deleted ones lose their words; those that say nothing new are left alone.
-- Their authors' wishes are obeyed.
INSERT INTO core.posts
    (post_id, account_id, source, native_id, kind, published_at, edited_at, declared_language, title, text, url, in_reply_to, repost_of,
     quote_of, tags, hashtags, mentions, links, deleted_at, first_seen, last_seen, extra)
SELECT p.post_id, p.account_id, p.source, p.native_id, coalesce(p.kind, 'post'), p.published_at, p.edited_at, p.declared_language,
       CASE WHEN p.deleted_at IS NULL AND a.consent = 'allow' THEN p.title END,
       CASE WHEN p.deleted_at IS NULL AND a.consent = 'allow' THEN p.text END,
       p.url, p.in_reply_to, p.repost_of, p.quote_of, p.tags, p.hashtags, p.mentions, p.links, p.deleted_at,
       coalesce(p.first_seen, p.observed_at, $now::TIMESTAMPTZ), coalesce(p.last_seen, p.observed_at, $now::TIMESTAMPTZ), p.extra
FROM typed_posts p JOIN core.accounts a USING (account_id) LEFT JOIN core.posts k USING (post_id)
WHERE a.consent <> 'deny'
  AND (k.post_id IS NULL
       OR (coalesce(p.edited_at, k.edited_at), coalesce(p.deleted_at, k.deleted_at) IS NULL, coalesce(p.kind, k.kind),
           coalesce(p.title, k.title), coalesce(p.text, k.text), coalesce(p.url, k.url),
           coalesce(p.in_reply_to, k.in_reply_to), coalesce(p.repost_of, k.repost_of), coalesce(p.quote_of, k.quote_of),
           coalesce(p.tags, k.tags), coalesce(p.hashtags, k.hashtags), coalesce(p.mentions, k.mentions), coalesce(p.links, k.links),
           coalesce(p.extra, k.extra))
          IS DISTINCT FROM
          (k.edited_at, k.deleted_at IS NULL, k.kind, k.title, k.text, k.url, k.in_reply_to, k.repost_of, k.quote_of,
           k.tags, k.hashtags, k.mentions, k.links, k.extra::VARCHAR))
ON CONFLICT (post_id) DO UPDATE SET
    edited_at = greatest(excluded.edited_at, edited_at),
    kind = CASE WHEN excluded.kind = 'post' THEN kind ELSE excluded.kind END,
    title = CASE WHEN coalesce(excluded.deleted_at, deleted_at) IS NULL THEN latest_word(excluded.edited_at, excluded.title, edited_at, title) END,
    text = CASE WHEN coalesce(excluded.deleted_at, deleted_at) IS NULL THEN latest_word(excluded.edited_at, excluded.text, edited_at, text) END,
    url = latest_word(excluded.edited_at, excluded.url, edited_at, url),
    in_reply_to = coalesce(excluded.in_reply_to, in_reply_to),
    repost_of = coalesce(excluded.repost_of, repost_of),
    quote_of = coalesce(excluded.quote_of, quote_of),
    tags = latest_word(excluded.edited_at, excluded.tags, edited_at, tags),
    hashtags = latest_word(excluded.edited_at, excluded.hashtags, edited_at, hashtags),
    mentions = latest_word(excluded.edited_at, excluded.mentions, edited_at, mentions),
    links = latest_word(excluded.edited_at, excluded.links, edited_at, links),
    deleted_at = coalesce(excluded.deleted_at, deleted_at),
    extra = latest_word(excluded.edited_at, excluded.extra, edited_at, extra);
