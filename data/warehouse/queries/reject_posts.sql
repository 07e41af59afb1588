-- Which staged posts cannot be kept, and why.
INSERT INTO staged_rejects
SELECT line, 'post',
       CASE WHEN given(source) IS NULL THEN 'source: missing'
            WHEN given(native_id) IS NULL AND given(post_id) IS NULL THEN 'native_id: missing'
            WHEN given(account) IS NULL AND given(account_id) IS NULL THEN 'account: missing'
            WHEN given(published_at) IS NULL THEN 'published_at: missing'
            WHEN moment(published_at) IS NULL THEN 'published_at: not a time'
            WHEN given(observed_at) IS NOT NULL AND moment(observed_at) IS NULL THEN 'observed_at: not a time'
            WHEN given(kind) IS NOT NULL AND lower(trim(kind)) NOT IN ('post', 'reply', 'repost', 'quote', 'article')
            THEN 'kind: not one of post, reply, repost, quote, article'
            WHEN not_whole(likes) THEN 'likes: not a whole number'
            WHEN not_whole(reposts) THEN 'reposts: not a whole number'
            WHEN not_whole(replies) THEN 'replies: not a whole number'
            WHEN not_whole(quotes) THEN 'quotes: not a whole number'
            WHEN not_whole(views) THEN 'views: not a whole number'
            WHEN given(score) IS NOT NULL AND whole_signed(score) IS NULL THEN 'score: not a whole number' END AS reason,
       to_json(s)
FROM staged_post s
WHERE reason IS NOT NULL;
