-- The segments of a brief's runs: those that its last study read, and those in which anybody was ever found.
SELECT DISTINCT segment FROM (
    SELECT unnest(json_keys(queries)) AS segment FROM detection.study_latest WHERE brief = $brief
    UNION ALL
    SELECT segment FROM detection.candidates WHERE brief = $brief
)
ORDER BY segment;
