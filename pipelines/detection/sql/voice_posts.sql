-- Posts of people, in their own words, that speak of the brand or a competitor: they name it, link to it, mention its account, or answer it.
CREATE OR REPLACE TEMP TABLE voice_posts AS
WITH addressed AS (
    SELECT p.post, c.in_reply_to AS other FROM map_posts p JOIN core.posts c USING (post_id) WHERE c.in_reply_to IS NOT NULL
    UNION ALL
    SELECT p.post, c.quote_of FROM map_posts p JOIN core.posts c USING (post_id) WHERE c.quote_of IS NOT NULL
),
spoken AS (
    SELECT post, counterpart, kind FROM map_mentions
    UNION
    SELECT p.post, o.counterpart, o.kind
    FROM core.ties k JOIN map_organisations o ON o.account_id = k.to_account
    JOIN map_posts p ON p.post_id = k.evidence_post WHERE k.kind <> 'repost'
    UNION
    SELECT a.post, o.counterpart, o.kind
    FROM addressed a JOIN core.posts t ON t.post_id = a.other JOIN map_organisations o ON o.account_id = t.account_id
),
seen AS (
    SELECT post_id,
           arg_max(views, observed_at) FILTER (views IS NOT NULL) AS views
    FROM core.post_observations SEMI JOIN (SELECT post_id FROM map_posts SEMI JOIN spoken USING (post)) USING (post_id)
    GROUP BY post_id
)
SELECT p.post, p.post_id, p.person, m.person_id, s.counterpart, s.kind AS counterpart_kind, p.published_at,
       coalesce(v.views::DOUBLE, a.followers * r.trust) AS effective_reach, p.reactions AS engagements,
       1.0 / count(*) OVER (PARTITION BY p.post) AS trust, coalesce(t.tone, f.tone_score)::DOUBLE AS tone,
       log10(1 + coalesce(v.views::DOUBLE, a.followers * r.trust)) AS visibility,
       1 + log10(1 + p.reactions) AS impact
FROM spoken s
JOIN map_posts p USING (post)
JOIN map_people m ON m.row_number = p.person AND NOT m.hidden AND m.kind IS NULL
JOIN map_accounts a ON a.account_id = m.account_id
JOIN voice_trust r ON r.person = p.person
LEFT JOIN seen v ON v.post_id = p.post_id
LEFT JOIN map_mention_tones t ON t.post = p.post AND t.counterpart = s.counterpart
LEFT JOIN nlp.post_features f ON f.post_id = p.post_id
WHERE p.kind <> 'repost';
