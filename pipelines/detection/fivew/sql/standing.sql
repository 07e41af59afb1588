-- Footer: each figure of a person and where it stands among all people of the segment (percentile 0 to 100, ties share theirs).
-- The AIR-like figure is the geometric mean of three percentiles: exposure (reach × relevance), share of voice (posts on the
-- subject) and echo (attention of peers).
, everybody AS (
    FROM detection.ecosystem WHERE run_id = $run_id
    QUALIFY row_number() OVER (PARTITION BY segment, person_id ORDER BY influence DESC NULLS LAST, account_id) = 1
),
measured AS (
    SELECT person_id, segment, unnest([
        {measure: 'reach', figure: reach, n: reach_n}, {measure: 'resonance', figure: resonance, n: resonance_n},
        {measure: 'relevance', figure: relevance, n: relevance_n},
        {measure: 'exposure', figure: reach * relevance, n: relevance_n},
        {measure: 'share_of_voice', figure: on_topic_posts::DOUBLE, n: on_topic_posts},
        {measure: 'echo', figure: attention, n: amplifiers}
    ], recursive := true)
    FROM everybody
),
placed AS (
    SELECT *, count(*) OVER (PARTITION BY segment, measure) AS field,
        100 * (rank() OVER (PARTITION BY segment, measure ORDER BY figure) - 1
            + count(*) OVER (PARTITION BY segment, measure, figure) / 2.0) / count(*) OVER (PARTITION BY segment, measure) AS place
    FROM measured WHERE figure IS NOT NULL
),
air AS (
    SELECT person_id, segment, 'air' AS measure, exp(avg(ln(greatest(place, 1)))) AS figure,
        max(n) FILTER (measure = 'share_of_voice') AS n
    FROM placed WHERE measure IN ('exposure', 'share_of_voice', 'echo') GROUP BY ALL HAVING count(*) = 3
)
SELECT person_id, segment, measure, round(figure, 1) AS figure, n, round(place)::INTEGER AS percentile, field
FROM (
    FROM placed WHERE measure IN ('reach', 'resonance', 'relevance')
    UNION ALL BY NAME
    SELECT *, count(*) OVER (PARTITION BY segment) AS field,
        100 * (rank() OVER (PARTITION BY segment ORDER BY figure) - 1
            + count(*) OVER (PARTITION BY segment, figure) / 2.0) / count(*) OVER (PARTITION BY segment) AS place
    FROM air
)
WHERE list_contains($person_ids, person_id)
ORDER BY person_id, segment, list_position(['reach', 'resonance', 'relevance', 'air'], measure)
