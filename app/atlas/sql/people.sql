-- One page of the ranking: one row per person and segment, filtered and sorted; decisions and labels are those of today.
WITH decided AS (
    SELECT unnest($accounts::VARCHAR[]) AS account_id, unnest($statuses::VARCHAR[]) AS status,
        generate_subscripts($accounts::VARCHAR[], 1) AS place
),
standing AS (
    SELECT coalesce(m.person_id, d.account_id) AS person_id, arg_max(d.status, d.place) AS status
    FROM decided d LEFT JOIN core.person_accounts m USING (account_id) GROUP BY ALL
),
worded AS (
    SELECT coalesce(m.person_id, w.account_id) AS person_id, w.word, arg_max(w.state, w.place) AS state
    FROM (
        SELECT unnest($label_accounts::VARCHAR[]) AS account_id, unnest($label_words::VARCHAR[]) AS word,
            unnest($label_states::VARCHAR[]) AS state, generate_subscripts($label_accounts::VARCHAR[], 1) AS place
    ) w
    LEFT JOIN core.person_accounts m USING (account_id) GROUP BY ALL
),
given AS (
    SELECT person_id, coalesce(list(word) FILTER (state = 'given'), []) AS plus,
        coalesce(list(word) FILTER (state = 'refused'), []) AS minus
    FROM worded GROUP BY person_id
),
kept AS (
    SELECT c.rank, c.rank_low, c.rank_high, c.person_id, c.account_id, c.source, c.segment, c.tier, c.tier_missing, c.community_id,
        CASE WHEN g.person_id IS NULL THEN c.labels ELSE list_sort(list_filter(
            list_distinct(list_concat(coalesce(c.labels, []), g.plus)), lambda one: NOT list_contains(g.minus, one)
        )) END AS labels,
        c.language, c.influence, c.influence_low, c.influence_high, c.influence_missing, c.reach, c.reach_missing,
        c.resonance, c.resonance_missing, c.relevance, c.relevance_missing, c.followers, c.amplifiers, c.on_topic_posts,
        c.last_post_at, c.brand_mentions, a.handle, coalesce(p.display_name, a.display_name) AS display_name,
        coalesce(s.status, c.status) AS status
    FROM detection.candidates c
    LEFT JOIN core.accounts a USING (account_id)
    LEFT JOIN core.persons p USING (person_id)
    LEFT JOIN standing s USING (person_id)
    LEFT JOIN given g USING (person_id)
    WHERE c.brief = $brief AND c.run_id = $run_id AND coalesce(a.consent, 'allow') = 'allow'
        AND ($segment IS NULL OR c.segment = $segment)
        AND ($tier IS NULL OR coalesce(c.tier, 'none') = $tier)
        AND ($label IS NULL OR list_contains(CASE WHEN g.person_id IS NULL THEN c.labels ELSE list_sort(list_filter(
            list_distinct(list_concat(coalesce(c.labels, []), g.plus)), lambda one: NOT list_contains(g.minus, one)
        )) END, $label))
        AND ($language IS NULL OR c.language = $language)
        AND ($source IS NULL OR c.source = $source)
        AND ($community IS NULL OR c.community_id = $community)
        AND CASE WHEN $status IS NULL THEN coalesce(s.status, c.status) <> 'out' ELSE coalesce(s.status, c.status) = $status END
        AND ($words IS NULL OR contains(
            strip_accents(lower(concat_ws(' ', p.display_name, a.display_name, a.handle, a.summary))), strip_accents(lower($words))
        ))
)
SELECT *, count(*) OVER () AS total FROM kept
ORDER BY
    CASE $sort
        WHEN 'influence' THEN -influence WHEN 'reach' THEN -reach WHEN 'resonance' THEN -resonance
        WHEN 'relevance' THEN -relevance WHEN 'followers' THEN -followers WHEN 'amplifiers' THEN -amplifiers
        WHEN 'on_topic_posts' THEN -on_topic_posts WHEN 'last_post_at' THEN -epoch(last_post_at)
        WHEN 'rank' THEN rank
    END NULLS LAST,
    CASE WHEN $sort = 'name' THEN strip_accents(lower(coalesce(display_name, handle, account_id))) END NULLS LAST,
    influence DESC NULLS LAST, rank NULLS LAST, person_id, segment
LIMIT $size OFFSET $skip
