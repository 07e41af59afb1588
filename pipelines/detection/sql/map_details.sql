-- Per person and segment: how many of the subject's terms they use, of those that anybody uses.
SELECT person, segment, count(*) / any_value(t.terms) AS keyword_diversity
FROM (SELECT DISTINCT person, segment, unnest(matched_terms) AS term FROM map_matched)
JOIN (
    SELECT s.number AS segment, count(DISTINCT term) AS terms
    FROM (SELECT segment, unnest(matched_terms) AS term FROM detection.hits WHERE run_id = $run_id) h
    JOIN brief_segments s ON s.name = h.segment
    GROUP BY s.number
) t USING (segment)
GROUP BY person, segment;
