-- Whom the team is in touch with: proximity and stage at its last reckoning, exchanges, who follows them, what is due.
SELECT m.person_id, any_value(m.account_id) AS account_id, any_value(coalesce(p.display_name, a.display_name)) AS display_name,
    any_value(a.handle) AS handle, any_value(x.score) AS proximity, any_value(x.stage) AS stage,
    any_value(t.exchanges) AS exchanges, any_value(t.last_exchange) AS last_exchange, any_value(o.owner) AS owner,
    any_value(r.due) AS due, any_value(r.what) AS what
FROM (
    SELECT person_id, account_id FROM relation.proximity WHERE brief = $brief AND stage IS NOT NULL
    UNION SELECT person_id, account_id FROM relation.touchpoints WHERE brief = $brief
    UNION SELECT person_id, account_id FROM relation.selections WHERE brief = $brief AND verdict IN ('accept', 'shortlist')
) m
JOIN core.accounts a ON a.account_id = m.account_id AND a.consent = 'allow'
LEFT JOIN core.persons p USING (person_id)
LEFT JOIN (
    SELECT person_id, arg_max(score, period_end) AS score, arg_max(coalesce(stage, ''), period_end) AS stage
    FROM relation.proximity WHERE brief = $brief GROUP BY person_id
) x USING (person_id)
LEFT JOIN (
    SELECT person_id, count(*) AS exchanges, max(happened_at) AS last_exchange FROM relation.touchpoints GROUP BY person_id
) t USING (person_id)
LEFT JOIN (SELECT person_id, arg_max(owner, recorded_at) AS owner FROM relation.owners GROUP BY person_id) o USING (person_id)
LEFT JOIN (
    SELECT person_id, min(due) AS due, arg_min(what, due) AS what FROM relation.reminders
    WHERE done_at IS NULL GROUP BY person_id
) r USING (person_id)
GROUP BY m.person_id
ORDER BY proximity DESC NULLS LAST, last_exchange DESC NULLS LAST, m.person_id
LIMIT 500
