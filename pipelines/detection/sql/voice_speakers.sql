-- Who speaks of the brand and of each competitor: since when, how often, in what tone, with how much of the attention.
WITH said AS (
    SELECT person, any_value(person_id) AS person_id, segment, number, counterpart, any_value(counterpart_kind) AS counterpart_kind,
           count(*)::INTEGER AS posts, avg(tone) AS tone, count(tone)::INTEGER AS tone_n,
           min(published_at) AS first_at, max(published_at) AS last_at, sum(visibility * impact * trust) AS vitality
    FROM voice_spoken GROUP BY person, segment, number, counterpart
),
shared AS (
    SELECT *, posts / sum(posts) OVER (PARTITION BY number, counterpart) AS share,
           posts / sum(posts) OVER (PARTITION BY number, person) AS part
    FROM said
)
SELECT s.person_id, s.segment, s.counterpart, s.counterpart_kind, s.posts, s.share, s.tone, s.tone_n, s.first_at, s.last_at,
       a.share AS attention_share, s.vitality,
       CASE WHEN $brands > 1
            THEN 1 + sum(s.part * ln(s.part)) OVER (PARTITION BY s.number, s.person) / ln($brands) END AS exclusivity
FROM shared s
LEFT JOIN voice_attention a ON a.person = s.person AND a.number = s.number
ORDER BY s.segment NULLS FIRST, s.counterpart, s.posts DESC, s.person_id;
