-- Vitality of each post for each organisation it speaks of: visibility × impact × trust.
SELECT post_id, person_id, counterpart, counterpart_kind, published_at, effective_reach, engagements, visibility, impact,
       trust, visibility * impact * trust AS vitality, tone
FROM voice_posts
ORDER BY post_id, counterpart;
