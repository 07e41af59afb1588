-- Which staged observations cannot be kept, and why.
INSERT INTO staged_rejects
SELECT line, 'observation',
       CASE WHEN given(account_id) IS NULL AND given(post_id) IS NULL AND given(source) IS NULL THEN 'source: missing'
            WHEN given(account_id) IS NULL AND given(post_id) IS NULL AND given(native_id) IS NULL THEN 'native_id: missing'
            WHEN given(observed_at) IS NULL THEN 'observed_at: missing'
            WHEN moment(observed_at) IS NULL THEN 'observed_at: not a time'
            WHEN not_whole(followers) THEN 'followers: not a whole number'
            WHEN not_whole(following) THEN 'following: not a whole number'
            WHEN not_whole(posts) THEN 'posts: not a whole number'
            WHEN not_whole(listed) THEN 'listed: not a whole number'
            WHEN not_whole(likes) THEN 'likes: not a whole number'
            WHEN not_whole(reposts) THEN 'reposts: not a whole number'
            WHEN not_whole(replies) THEN 'replies: not a whole number'
            WHEN not_whole(quotes) THEN 'quotes: not a whole number'
            WHEN not_whole(views) THEN 'views: not a whole number'
            WHEN given(score) IS NOT NULL AND whole_signed(score) IS NULL THEN 'score: not a whole number' END AS reason,
       to_json(s)
FROM staged_observation s
WHERE reason IS NOT NULL;
