-- How: pictures, films and sound in a person's own posts, where the source tells what is attached (or the post links to such a file).
SELECT person_id, count(*) AS posts, round(avg((pictures > 0)::INTEGER), 4) AS picture_share,
    round(avg((films > 0)::INTEGER), 4) AS video_share, round(avg((sounds > 0)::INTEGER), 4) AS sound_share,
    sum(pictures)::BIGINT AS pictures, sum(told)::BIGINT AS alt_known,
    round(sum(described) / nullif(sum(told), 0), 4) AS alt_share,
    list(post_id ORDER BY published_at DESC, post_id) FILTER (pictures + films + sounds > 0)[:5] AS post_ids
FROM (
    SELECT person_id, post_id, published_at,
        len(list_filter(media, lambda m: m.kind = 'image')) + linked_pictures AS pictures,
        len(list_filter(media, lambda m: m.kind = 'video')) + linked_films
            + (source IN ('youtube', 'peertube') AND kind <> 'reply')::INTEGER AS films,
        len(list_filter(media, lambda m: m.kind = 'audio')) + linked_sounds + (source = 'podcastindex')::INTEGER AS sounds,
        len(list_filter(media, lambda m: m.kind = 'image' AND m.alt IS NOT NULL)) AS told,
        len(list_filter(media, lambda m: m.kind = 'image' AND m.alt)) AS described
    FROM (
        SELECT person_id, post_id, published_at, source, kind, json_type(extra, '$.media') = 'ARRAY' AS stated,
            coalesce(from_json(json_extract(extra, '$.media'), '[{"kind":"VARCHAR","alt":"BOOLEAN"}]'), []) AS media,
            len(list_filter(coalesce(links, []), lambda l: regexp_matches(lower(l), '\.(jpe?g|png|gif|webp|avif)([?#]|$)')))
                AS linked_pictures,
            len(list_filter(coalesce(links, []), lambda l: regexp_matches(lower(l), '\.(mp4|webm|mov|m4v)([?#]|$)'))) AS linked_films,
            len(list_filter(coalesce(links, []), lambda l: regexp_matches(lower(l), '\.(mp3|m4a|ogg|opus|wav)([?#]|$)')))
                AS linked_sounds
        FROM post WHERE kind <> 'repost'
    )
    WHERE stated OR source IN ('youtube', 'peertube', 'podcastindex') OR linked_pictures + linked_films + linked_sounds > 0
)
GROUP BY person_id
