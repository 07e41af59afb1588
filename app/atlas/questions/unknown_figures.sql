-- fr: Ce qu'on ne sait pas : pourquoi des scores manquent
-- en: What is not known: why scores are missing
SELECT brief, segment, axis, reason, count(*) AS people
FROM (
    SELECT brief, segment, 'reach' AS axis, reach_missing AS reason FROM detection.candidates_latest
    UNION ALL SELECT brief, segment, 'resonance', resonance_missing FROM detection.candidates_latest
    UNION ALL SELECT brief, segment, 'relevance', relevance_missing FROM detection.candidates_latest
    UNION ALL SELECT brief, segment, 'influence', influence_missing FROM detection.candidates_latest
)
WHERE reason IS NOT NULL
GROUP BY ALL
ORDER BY brief, segment, people DESC
