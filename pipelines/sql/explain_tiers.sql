-- What the tiers of one segment were read from: everybody's figures in a run.
SELECT person_id, source, language, role, authenticity_reasons, followers, attention, amplifiers, on_topic_posts, resonance,
       resonance_low, resonance_high, relevance, relevance_n, focus, belonging, home, growth, heard_by_macros, tier_missing, tier_rule
FROM detection.candidates
WHERE brief = $brief AND run_id = $run_id AND segment = $segment
ORDER BY rank NULLS LAST, person_id;
