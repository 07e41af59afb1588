-- The posts of the brief; their counts are observations.
SELECT p.post_id, p.account_id, p.source, p.native_id, p.kind, p.published_at, p.edited_at, p.declared_language, p.title, p.text, p.url,
       p.in_reply_to, p.repost_of, p.quote_of, p.tags, p.hashtags, p.mentions, p.links, p.deleted_at, p.first_seen, p.last_seen,
       s.found_via, p.extra::VARCHAR AS extra
FROM store.core.posts p JOIN scope_posts s USING (post_id)
ORDER BY p.post_id
