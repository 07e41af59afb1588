-- One person's rows in a run, best segment first: their community, its leaders, how many are ranked, the most attention anybody has.
SELECT c.*, k.name AS community_name, k.size AS community_size, k.firmness AS community_firmness, l.names AS community_leaders,
       n.ranked, n.most_attention
FROM detection.candidates c
LEFT JOIN detection.communities k ON k.brief = c.brief AND k.run_id = c.run_id AND k.community_id = c.community_id
LEFT JOIN (
    SELECT community_id, list(name ORDER BY place) AS names
    FROM (
        SELECT m.community_id, m.place,
               coalesce(any_value(p.display_name), any_value(a.display_name), any_value(ltrim(a.handle, '@'))) AS name
        FROM (
            SELECT community_id, unnest(leaders[:3]) AS person_id, generate_subscripts(leaders[:3], 1) AS place
            FROM detection.communities WHERE brief = $brief AND run_id = $run_id
        ) m
        JOIN core.person_accounts pa USING (person_id)
        JOIN core.accounts a ON a.account_id = pa.account_id AND a.consent = 'allow'
        LEFT JOIN core.persons p USING (person_id)
        GROUP BY m.community_id, m.place
    )
    WHERE name IS NOT NULL
    GROUP BY community_id
) l ON l.community_id = c.community_id
JOIN (
    SELECT segment, count(rank) AS ranked, max(attention) AS most_attention
    FROM detection.candidates WHERE brief = $brief AND run_id = $run_id GROUP BY segment
) n ON n.segment = c.segment
WHERE c.brief = $brief AND c.run_id = $run_id AND c.person_id = $person_id
ORDER BY c.influence DESC NULLS LAST, c.segment;
