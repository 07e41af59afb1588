-- Audiences shared by two candidates, the surest first: by the lower end of Wilson's interval of what they share, so that
-- one person of two is not above thirteen of sixty; of one person when given.
WITH named AS (
    SELECT person_id, arg_max(account_id, influence) AS account_id FROM detection.candidates WHERE brief = $brief AND run_id = $run_id GROUP BY person_id
)
SELECT o.segment, o.person_id, a.handle, coalesce(a.display_name, a.native_id) AS display_name, o.other_id, b.handle AS other_handle, coalesce(b.display_name, b.native_id) AS other_name,
       o.audience, o.other_audience, o.shared, o.jaccard, o.containment
FROM (
    SELECT segment, person_id, other_id, audience, other_audience, shared, jaccard, containment
    FROM ecosystem.overlaps WHERE brief = $brief AND run_id = $run_id AND ($person IS NULL OR person_id = $person)
    UNION ALL
    SELECT segment, other_id, person_id, other_audience, audience, shared, jaccard, containment
    FROM ecosystem.overlaps WHERE brief = $brief AND run_id = $run_id AND other_id = $person
) o
CROSS JOIN LATERAL (SELECT (o.audience + o.other_audience - o.shared)::DOUBLE AS people) u
JOIN named n ON n.person_id = o.person_id JOIN core.accounts a ON a.account_id = n.account_id
JOIN named m ON m.person_id = o.other_id JOIN core.accounts b ON b.account_id = m.account_id
WHERE ($segment IS NULL OR o.segment = $segment) AND a.consent = 'allow' AND b.consent = 'allow'
ORDER BY (o.jaccard + 1.92 / u.people - 1.96 * sqrt(o.jaccard * (1 - o.jaccard) / u.people + 0.96 / u.people ** 2)) / (1 + 3.84 / u.people) DESC,
         o.shared DESC, o.person_id, o.other_id
LIMIT $top;
