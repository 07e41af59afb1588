-- The batches of pending posts, and where in core.posts each begins and ends: a batch then reads that stretch alone.
SELECT batch, count(*) AS posts, min(place) AS first_place, max(place) AS last_place
FROM pending_posts
GROUP BY batch
ORDER BY batch;
