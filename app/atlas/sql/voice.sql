-- Share of voice of the brand and each competitor, of the whole brief or one segment: what `vigie voice` shows.
SELECT counterpart, counterpart_kind, posts, authors, tone, tone_n, positive, neutral, negative, first_at, last_at,
    share_posts, share_authors, share_reach, share_engagement, attention_share, vitality, share_vitality
FROM ecosystem.voice
WHERE brief = $brief AND run_id = $run_id AND segment IS NOT DISTINCT FROM $segment
ORDER BY counterpart_kind, posts DESC, counterpart
