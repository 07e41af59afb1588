-- Posts by their id: new ones come in, edited ones replace, deleted ones lose their words. Wishes of their authors are obeyed.
INSERT INTO core.posts
    (post_id, account_id, source, native_id, kind, published_at, edited_at, declared_language, title, text, url, in_reply_to, repost_of,
     quote_of, tags, hashtags, mentions, links, deleted_at, first_seen, last_seen, extra)
SELECT p.post_id, p.account_id, p.source, p.native_id, p.kind, p.published_at, p.edited_at, p.declared_language,
       CASE WHEN p.deleted_at IS NULL AND a.consent = 'allow' THEN p.title END,
       CASE WHEN p.deleted_at IS NULL AND a.consent = 'allow' THEN p.text END,
       p.url, p.in_reply_to, p.repost_of, p.quote_of, p.tags, p.hashtags, p.mentions, p.links, p.deleted_at,
       coalesce(p.first_seen, p.observed_at, $now::TIMESTAMPTZ), coalesce(p.last_seen, p.observed_at, $now::TIMESTAMPTZ), p.extra
FROM typed_posts p JOIN core.accounts a USING (account_id)
WHERE a.consent <> 'deny'
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
    last_seen = CASE WHEN excluded.last_seen = $now::TIMESTAMPTZ THEN last_seen ELSE greatest(last_seen, excluded.last_seen) END,
    extra = coalesce(excluded.extra, extra);
