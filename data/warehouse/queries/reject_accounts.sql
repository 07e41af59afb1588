-- Which staged accounts cannot be kept, and why.
INSERT INTO staged_rejects
SELECT line, 'account',
       CASE WHEN given(source) IS NULL AND given(account_id) IS NULL THEN 'source: missing'
            WHEN given(native_id) IS NULL AND given(account_id) IS NULL THEN 'native_id: missing'
            WHEN given(created_at) IS NOT NULL AND moment(created_at) IS NULL THEN 'created_at: not a time'
            WHEN given(observed_at) IS NOT NULL AND moment(observed_at) IS NULL THEN 'observed_at: not a time'
            WHEN not_whole(followers) THEN 'followers: not a whole number'
            WHEN not_whole(following) THEN 'following: not a whole number'
            WHEN not_whole(posts) THEN 'posts: not a whole number'
            WHEN not_whole(listed) THEN 'listed: not a whole number' END AS reason,
       to_json(s)
FROM staged_account s
WHERE reason IS NOT NULL;
