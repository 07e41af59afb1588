-- The brand and each competitor over the whole window: people, ties, tone of what was said, first and last time.
SELECT counterpart, counterpart_kind, count(DISTINCT person_id) AS people, sum(ties)::BIGINT AS ties,
    sum(ties) / sum(sum(ties)) OVER () AS share,
    avg(tone) AS tone, count(tone) AS tone_n, min(first_at) AS first_at, max(last_at) AS last_at
FROM detection.relations
WHERE brief = $brief AND run_id = $run_id AND counterpart_kind IN ('brand', 'competitor')
GROUP BY ALL
ORDER BY counterpart_kind, ties DESC, counterpart
