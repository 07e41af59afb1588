-- What one campaign's partners promised, and what appeared.
SELECT d.person_id, coalesce(p.display_name, a.display_name) AS display_name, a.handle, d.format, d.channel, d.due,
    d.appeared_at, d.disclosure, t.url
FROM execution.deliverables d
JOIN core.accounts a ON a.account_id = d.account_id AND a.consent = 'allow'
LEFT JOIN core.persons p ON p.person_id = d.person_id
LEFT JOIN core.posts t ON t.post_id = d.post_id
WHERE d.campaign = $campaign
ORDER BY d.due NULLS LAST, d.id
LIMIT 500
