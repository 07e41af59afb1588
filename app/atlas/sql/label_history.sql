-- Every word of the team about labels, newest first.
SELECT o.id, o.account_id, o.word, o.state, o.why, o.decided_by, o.decided_at,
    o.id = (
        SELECT max(l.id) FROM overrides l
        WHERE l.brief = o.brief AND l.account_id = o.account_id AND l.kind = 'label' AND l.word = o.word
    ) AS standing
FROM overrides o
WHERE o.brief = :brief AND o.kind = 'label'
ORDER BY o.id DESC
LIMIT 2000
