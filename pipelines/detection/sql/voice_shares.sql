-- Share of voice among the brief's organisations, those nobody speaks of included, for the whole brief and per segment.
WITH places AS (
    SELECT NULL::VARCHAR AS segment, -1 AS number
    UNION ALL
    SELECT name, number FROM brief_segments
),
people AS (
    SELECT number, counterpart, sum(share) AS attention_share
    FROM (SELECT DISTINCT number, counterpart, person FROM voice_spoken) d
    JOIN voice_attention a USING (number, person)
    GROUP BY ALL
),
heard AS (
    SELECT number, counterpart, sum(reach) AS reach
    FROM (SELECT number, counterpart, person, max(effective_reach) AS reach FROM voice_spoken GROUP BY ALL) GROUP BY ALL
),
said AS (
    SELECT number, counterpart, count(*) AS posts, count(DISTINCT person) AS authors, avg(tone) AS tone, count(tone) AS tone_n,
           count(*) FILTER (tone > $neutral) AS positive, count(*) FILTER (abs(tone) <= $neutral) AS neutral,
           count(*) FILTER (tone < -$neutral) AS negative, min(published_at) AS first_at, max(published_at) AS last_at,
           sum(engagements) AS engagements, sum(visibility * impact * trust) AS vitality
    FROM voice_spoken GROUP BY ALL
)
SELECT p.segment, o.counterpart, o.kind AS counterpart_kind,
       coalesce(s.posts, 0)::INTEGER AS posts, coalesce(s.authors, 0)::INTEGER AS authors, s.tone,
       coalesce(s.tone_n, 0)::INTEGER AS tone_n, coalesce(s.positive, 0)::INTEGER AS positive,
       coalesce(s.neutral, 0)::INTEGER AS neutral, coalesce(s.negative, 0)::INTEGER AS negative, s.first_at, s.last_at,
       coalesce(s.posts, 0) / nullif(sum(s.posts) OVER w, 0) AS share_posts,
       coalesce(s.authors, 0) / nullif(sum(s.authors) OVER w, 0) AS share_authors,
       h.reach / nullif(sum(h.reach) OVER w, 0) AS share_reach,
       s.engagements / nullif(sum(s.engagements) OVER w, 0) AS share_engagement,
       t.attention_share, s.vitality, s.vitality / nullif(sum(s.vitality) OVER w, 0) AS share_vitality
FROM places p
CROSS JOIN voice_organisations o
LEFT JOIN said s ON s.number = p.number AND s.counterpart = o.counterpart
LEFT JOIN heard h ON h.number = p.number AND h.counterpart = o.counterpart
LEFT JOIN people t ON t.number = p.number AND t.counterpart = o.counterpart
WINDOW w AS (PARTITION BY p.number)
ORDER BY p.number, counterpart_kind, o.counterpart;
