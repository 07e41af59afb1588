-- Every count of reactions that the staged posts give, before several records of one post become one.
CREATE OR REPLACE TEMP TABLE typed_counts AS
SELECT post_id, observed_at, likes, reposts, replies, quotes, views, score, line
FROM typed_posts
WHERE coalesce(likes, reposts, replies, quotes, views, score) IS NOT NULL;
