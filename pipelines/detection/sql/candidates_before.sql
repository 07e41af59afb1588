-- One segment's people, best rank first, as the run told of them from which the mapping took over what was drawn.
SELECT b.tier, b.tier_missing, b.tier_margin, b.tier_chance, b.tier_other, b.tier_other_chance,
       b.attention, b.on_topic_posts, b.relevance_n, b.resonance_n,
       b.reach, b.reach_low, b.reach_high, b.resonance, b.resonance_low, b.resonance_high,
       b.relevance, b.relevance_low, b.relevance_high
FROM detection.ecosystem e
JOIN ecosystem.carried c ON c.run_id = e.run_id AND c.segment = e.segment AND c.part LIKE '%tier chances%'
LEFT JOIN detection.candidates b ON b.run_id = c.from_run AND b.segment = e.segment AND b.person_id = e.person_id
WHERE e.run_id = $run_id AND e.segment = $segment
ORDER BY e.rank NULLS LAST, e.person_id;
