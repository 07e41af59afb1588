-- fr: Personnes émergentes, par croissance
-- en: Emerging people, by growth
SELECT c.brief, c.segment, coalesce(a.display_name, a.handle) AS name, a.handle, c.growth, c.followers, c.influence, c.last_post_at
FROM detection.candidates_latest c JOIN core.accounts a USING (account_id)
WHERE list_contains(c.labels, 'emerging') AND c.status <> 'out' AND a.consent = 'allow'
ORDER BY c.growth DESC NULLS LAST, c.influence DESC NULLS LAST
