-- One segment's people, best rank first, as the run told of them from which the mapping took over what was drawn.
SELECT b.* EXCLUDE (person_id)
FROM (SELECT person_id, rank FROM detection.ecosystem WHERE run_id = $run_id AND segment = $segment) e
LEFT JOIN (
    SELECT person_id, tier, tier_missing, tier_margin, tier_chance, tier_other, tier_other_chance,
           attention, heard_by_macros, on_topic_posts, relevance_n, resonance_n,
           reach, reach_low, reach_high, resonance, resonance_low, resonance_high, relevance, relevance_low, relevance_high
    FROM detection.candidates WHERE run_id = $from_run AND segment = $segment
) b USING (person_id)
ORDER BY e.rank NULLS LAST, e.person_id;
