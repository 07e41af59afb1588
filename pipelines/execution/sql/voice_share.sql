-- Posts and people that spoke of the brand and of each competitor in the newest run.
SELECT counterpart, counterpart_kind, sum(ties) AS posts, count(DISTINCT person_id) AS people, avg(tone) AS tone
FROM detection.relations_latest WHERE brief = $brief AND counterpart_kind IN ('brand', 'competitor')
GROUP BY ALL ORDER BY posts DESC;
