-- One segment's people with what they said of the brand, best rank first.
SELECT e.*,
       coalesce(b.ties, 0) AS brand_mentions, b.tone AS brand_tone
FROM detection.ecosystem e
LEFT JOIN (
    SELECT person_id, sum(ties)::INTEGER AS ties, avg(tone) AS tone
    FROM detection.relations WHERE run_id = $run_id AND counterpart_kind = 'brand' GROUP BY person_id
) b USING (person_id)
WHERE e.run_id = $run_id AND e.segment = $segment
ORDER BY e.rank NULLS LAST, e.person_id;
