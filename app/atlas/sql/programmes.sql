-- The programmes of every department: objective, members, exchanges recorded under their name.
SELECT g.name, g.department, g.objective, g.kpis, g.tactics, coalesce(m.members, 0) AS members,
    coalesce(t.exchanges, 0) AS exchanges, t.last_exchange
FROM relation.programmes g
LEFT JOIN (
    SELECT programme AS name, count(DISTINCT person_id) AS members FROM relation.members GROUP BY programme
) m USING (name)
LEFT JOIN (
    SELECT programme AS name, count(*) AS exchanges, max(happened_at) AS last_exchange
    FROM relation.touchpoints GROUP BY programme
) t USING (name)
ORDER BY g.department, g.name
