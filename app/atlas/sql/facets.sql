-- What the ranking can be filtered by, with how many people each choice keeps.
WITH run AS (FROM detection.candidates WHERE brief = $brief AND run_id = $run_id),
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
every AS (
    SELECT 'segment' AS facet, segment AS value, person_id FROM run
    UNION ALL SELECT 'label', unnest(CASE WHEN g.person_id IS NULL THEN c.labels ELSE list_sort(list_filter(
            list_distinct(list_concat(coalesce(c.labels, []), g.plus)), lambda one: NOT list_contains(g.minus, one)
        )) END), c.person_id
    FROM run c LEFT JOIN given g USING (person_id)
    UNION ALL SELECT 'language', language, person_id FROM run
    UNION ALL SELECT 'source', source, person_id FROM run
    UNION ALL SELECT 'community', community_id, person_id FROM run
)
SELECT facet, value, any_value(coalesce(k.name, value)) AS name, count(DISTINCT person_id) AS people
FROM every
LEFT JOIN (
    SELECT community_id AS value, 'community' AS facet, name FROM detection.communities
    WHERE brief = $brief AND run_id = $run_id
) k USING (facet, value)
WHERE value IS NOT NULL
GROUP BY facet, value
QUALIFY row_number() OVER (PARTITION BY facet ORDER BY people DESC, value) <= 60
ORDER BY facet, people DESC, value
