-- The columns of posts, in row order.
SELECT person, age_days, kind, reactions, copies, judged, others, generic FROM map_posts ORDER BY post;
