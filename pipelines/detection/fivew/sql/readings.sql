-- What was read in texts (topics, names, events, repeats): how many posts hold each item, of the own posts among the
-- newest 500. A place is a line of the query post_columns, where the text itself can be read again.
SELECT person_id, r.field, r.item, count(*) AS posts, round(count(*) / any_value(own_posts), 4) AS share,
    any_value(own_posts) AS own_posts, list(post_id ORDER BY place)[:5] AS post_ids
FROM (
    SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY published_at, post_id) AS place,
        count(*) FILTER (kind <> 'repost') OVER (PARTITION BY person_id) AS own_posts
    FROM (
        SELECT person_id, post_id, published_at, kind FROM post
        QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY published_at DESC, post_id) <= 500
    )
)
JOIN (
    SELECT unnest($readings::STRUCT(field VARCHAR, item VARCHAR, places INTEGER[])[], recursive := true)
) r ON list_contains(r.places, place)
GROUP BY person_id, r.field, r.item
ORDER BY person_id, r.field, posts DESC, r.item
