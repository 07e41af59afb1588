-- Per segment, the last run of the same brief and code, a week old at most, that drew it in full: what it told of today's people.
WITH mine AS (SELECT brief, brief_hash FROM detection.runs WHERE run_id = $run_id),
fit AS (
    SELECT r.run_id, r.finished_at
    FROM detection.runs r
    JOIN mine m ON m.brief = r.brief AND m.brief_hash = r.brief_hash
    SEMI JOIN (SELECT run_id FROM ecosystem.methods WHERE method = $method) k ON k.run_id = r.run_id
    WHERE r.state = 'finished' AND r.run_id <> $run_id AND r.as_of BETWEEN $as_of - to_days($longest) AND $as_of
),
drawn AS (
    SELECT e.segment, arg_max(e.run_id, (f.finished_at, f.run_id)) AS run_id
    FROM (SELECT DISTINCT run_id, segment FROM detection.ecosystem WHERE brief = $brief) e
    JOIN fit f USING (run_id)
    ANTI JOIN ecosystem.carried c ON c.run_id = e.run_id AND c.segment = e.segment
    GROUP BY e.segment
)
SELECT s.number AS segment, e.run_id, p.row_number AS person,
       e.influence, e.influence_low, e.influence_high, e.reach, e.reach_low, e.reach_high, e.resonance, e.resonance_low, e.resonance_high,
       e.relevance, e.relevance_low, e.relevance_high, e.rank, e.rank_low, e.rank_high, e.in_top_20,
       e.betweenness, e.burt_constraint, e.attention, e.on_topic_posts, e.relevance_n, e.resonance_n, k.error
FROM detection.ecosystem e
JOIN drawn d ON d.run_id = e.run_id AND d.segment = e.segment
JOIN ecosystem.methods k ON k.run_id = e.run_id AND k.segment = e.segment
JOIN brief_segments s ON s.name = e.segment
LEFT JOIN map_people p USING (person_id);
