-- Per person and segment: how many of the subject's terms they use, of those that anybody uses.
SELECT person, segment, count(DISTINCT term) / any_value(terms) AS keyword_diversity
FROM (
    SELECT p.person, s.number AS segment, unnest(h.matched_terms) AS term, t.terms
    FROM detection.hits h
    JOIN map_posts p USING (post_id)
    JOIN brief_segments s ON s.name = h.segment
    JOIN (
        SELECT segment, count(DISTINCT term) AS terms
        FROM (SELECT segment, unnest(matched_terms) AS term FROM detection.hits WHERE run_id = $run_id)
        GROUP BY segment
    ) t ON t.segment = h.segment
    WHERE h.run_id = $run_id
)
GROUP BY person, segment;
