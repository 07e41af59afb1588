-- How: emoji per own post and the middle number of words in a sentence, over the newest 500 posts.
SELECT person_id, any_value(posts) AS posts, any_value(emoji_per_post) AS emoji_per_post,
    median(len(regexp_extract_all(sentence, '\p{L}+'))) FILTER (regexp_matches(sentence, '\p{L}')) AS words_per_sentence
FROM (
    SELECT person_id, count(*) OVER (PARTITION BY person_id) AS posts,
        round(avg(len(regexp_extract_all(words, '[\x{2600}-\x{27bf}\x{1f300}-\x{1faff}]'))) OVER (PARTITION BY person_id), 3)
            AS emoji_per_post,
        unnest(regexp_split_to_array(words, '[.!?…\n]+')) AS sentence
    FROM (
        SELECT person_id, trim(regexp_replace(
            concat_ws(chr(10), title, left(text, 4000)), '(https?://|www\.)\S+|[@#][\p{L}\d_.@-]+', ' ', 'g'
        )) AS words
        FROM (
            FROM post QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY published_at DESC, post_id) <= 500
        )
        WHERE kind <> 'repost'
    )
    WHERE words <> ''
)
GROUP BY person_id
