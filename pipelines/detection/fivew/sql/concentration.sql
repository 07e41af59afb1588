-- What speaks against: how much of the reactions one single post drew.
SELECT person_id, count(reactions) AS posts, sum(reactions) AS reactions,
    round(max(reactions) / nullif(sum(reactions), 0), 4) AS top_share, arg_max(post_id, reactions) AS top_post
FROM post JOIN reaction USING (post_id)
WHERE kind <> 'repost' GROUP BY person_id
