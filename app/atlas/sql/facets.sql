-- What the ranking can be filtered by, with how many people each choice keeps.
WITH run AS (FROM detection.candidates WHERE brief = $brief AND run_id = $run_id),
every AS (
    SELECT 'segment' AS facet, segment AS value, person_id FROM run
    UNION ALL SELECT 'label', unnest(labels), person_id FROM run
    UNION ALL SELECT 'language', language, person_id FROM run
    UNION ALL SELECT 'source', source, person_id FROM run
)
SELECT facet, value, count(DISTINCT person_id) AS people FROM every
WHERE value IS NOT NULL
GROUP BY facet, value
QUALIFY row_number() OVER (PARTITION BY facet ORDER BY people DESC, value) <= 60
ORDER BY facet, people DESC, value
