-- The columns of people, in row order.
SELECT p.row_number, p.person_id, p.account_id, a.source, coalesce(a.language, spoken.language) AS language,
       a.followers, a.following, p.growth, p.leap, p.age_days, p.automated, p.hidden, p.kind
FROM map_people p
JOIN map_accounts a USING (account_id)
LEFT JOIN (
    SELECT person, mode(language) AS language FROM map_posts WHERE language IS NOT NULL GROUP BY person
) spoken ON spoken.person = p.row_number
ORDER BY p.row_number;
