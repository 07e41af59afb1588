-- When: posts by weekday (1 Monday to 7 Sunday) and hour, in UTC.
SELECT person_id, isodow(published_at) AS weekday, hour(published_at) AS hour, count(*) AS posts
FROM post GROUP BY ALL ORDER BY ALL
