-- Posts by their id: new ones come in, edited ones replace, deleted ones lose their words; those that say nothing new are left alone.
-- Their authors' wishes are obeyed.
INSERT INTO core.posts
    (post_id, account_id, source, native_id, kind, published_at, edited_at, declared_language, title, text, url, in_reply_to, repost_of,
     quote_of, tags, hashtags, mentions, links, deleted_at, first_seen, last_seen, extra)
SELECT p.post_id, p.account_id, p.source, p.native_id, p.kind, p.published_at, p.edited_at, p.declared_language,
       CASE WHEN p.deleted_at IS NULL AND a.consent = 'allow' THEN p.title END,
       CASE WHEN p.deleted_at IS NULL AND a.consent = 'allow' THEN p.text END,
       p.url, p.in_reply_to, p.repost_of, p.quote_of, p.tags, p.hashtags, p.mentions, p.links, p.deleted_at,
       coalesce(p.first_seen, p.observed_at, $now::TIMESTAMPTZ), coalesce(p.last_seen, p.observed_at, $now::TIMESTAMPTZ), p.extra
FROM typed_posts p JOIN core.accounts a USING (account_id) LEFT JOIN core.posts k USING (post_id)
WHERE a.consent <> 'deny'
  AND (k.post_id IS NULL
       OR (coalesce(p.edited_at, k.edited_at), p.deleted_at IS NULL, coalesce(p.title, k.title), coalesce(p.text, k.text), coalesce(p.url, k.url),
           coalesce(p.in_reply_to, k.in_reply_to), coalesce(p.repost_of, k.repost_of), coalesce(p.quote_of, k.quote_of),
           coalesce(p.tags, k.tags), coalesce(p.hashtags, k.hashtags), coalesce(p.mentions, k.mentions), coalesce(p.links, k.links),
           coalesce(p.extra, k.extra))
          IS DISTINCT FROM
          (k.edited_at, k.deleted_at IS NULL, k.title, k.text, k.url, k.in_reply_to, k.repost_of, k.quote_of,
           k.tags, k.hashtags, k.mentions, k.links, k.extra::VARCHAR))
ON CONFLICT (post_id) DO UPDATE SET
    edited_at = coalesce(excluded.edited_at, edited_at),
    title = CASE WHEN excluded.deleted_at IS NULL THEN coalesce(excluded.title, title) END,
    text = CASE WHEN excluded.deleted_at IS NULL THEN coalesce(excluded.text, text) END,
    url = coalesce(excluded.url, url),
    in_reply_to = coalesce(excluded.in_reply_to, in_reply_to),
    repost_of = coalesce(excluded.repost_of, repost_of),
    quote_of = coalesce(excluded.quote_of, quote_of),
    tags = coalesce(excluded.tags, tags),
    hashtags = coalesce(excluded.hashtags, hashtags),
    mentions = coalesce(excluded.mentions, mentions),
    links = coalesce(excluded.links, links),
    deleted_at = coalesce(excluded.deleted_at, deleted_at),
    extra = coalesce(excluded.extra, extra);
