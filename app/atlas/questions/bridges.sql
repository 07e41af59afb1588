-- fr: Qui relie des communautés différentes
-- en: Who connects different communities
SELECT c.brief, c.segment, coalesce(a.display_name, a.handle) AS name, a.handle, k.name AS community, c.role, c.participation, c.betweenness, c.influence
FROM detection.candidates_latest c
JOIN core.accounts a USING (account_id)
LEFT JOIN detection.communities_latest k USING (brief, run_id, community_id)
WHERE c.role IN ('bridge', 'connector') AND c.status <> 'out' AND a.consent = 'allow'
ORDER BY c.participation DESC NULLS LAST, c.betweenness DESC NULLS LAST
