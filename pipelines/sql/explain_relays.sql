-- Who relays, quotes, mentions, answers or links the person most, whatever the subject; brands and media are told apart.
-- One post may be several acts (an answer that names): `of_each` counts them by kind, `url` is where the newest is read.
WITH acts AS (
    SELECT t.from_account AS account_id, t.kind, sum(t.weight) AS acts, max(t.last_at) AS last_at,
           arg_max(t.evidence_post, t.last_at) AS evidence_post
    FROM core.ties t
    JOIN core.person_accounts m ON m.account_id = t.to_account AND m.person_id = $person_id
    JOIN core.person_accounts f ON f.account_id = t.from_account AND f.person_id <> $person_id
    JOIN core.brief_accounts b ON b.account_id = t.from_account AND b.brief = $brief
    WHERE t.kind <> 'follow'
    GROUP BY ALL
),
givers AS (
    SELECT account_id, string_agg(kind, ', ' ORDER BY kind) AS kinds, sum(acts) AS acts, max(last_at) AS last_at,
           arg_max(evidence_post, last_at) AS evidence_post, list({'kind': kind, 'acts': acts} ORDER BY kind) AS of_each
    FROM acts GROUP BY account_id
)
SELECT g.account_id, a.handle, coalesce(a.display_name, a.native_id) AS display_name, g.kinds, g.acts, g.last_at, g.evidence_post,
       o.role AS organisation, g.of_each, p.url
FROM givers g
JOIN core.accounts a USING (account_id)
JOIN core.person_accounts f USING (account_id)
LEFT JOIN (
    SELECT person_id, any_value(role) AS role FROM detection.candidates
    WHERE brief = $brief AND run_id = $run_id AND role IN ('brand', 'competitor', 'media') GROUP BY person_id
) o ON o.person_id = f.person_id
LEFT JOIN core.posts p ON p.post_id = g.evidence_post AND p.deleted_at IS NULL
WHERE a.consent = 'allow'
ORDER BY g.acts DESC, g.account_id
LIMIT $top;
