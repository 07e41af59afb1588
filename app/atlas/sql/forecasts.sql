-- What was forecast for one campaign, and what came.
SELECT f.person_id, coalesce(p.display_name, a.display_name) AS display_name, a.handle, f.posts, f.low, f.median, f.high,
    f.observed, f.made_at
FROM execution.forecasts f
JOIN core.accounts a ON a.account_id = f.account_id AND a.consent = 'allow'
LEFT JOIN core.persons p ON p.person_id = f.person_id
WHERE f.campaign = $campaign
ORDER BY f.median DESC, f.id
LIMIT 500
