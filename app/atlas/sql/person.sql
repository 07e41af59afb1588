-- Who a person of this run is; people who opted out are not shown.
SELECT c.person_id, c.account_id, c.source, a.handle, coalesce(p.display_name, a.display_name) AS display_name, a.url,
    max(c.followers) AS followers,
    list({'account_id': m.account_id, 'handle': o.handle, 'source': o.source, 'url': o.url}) FILTER (m.account_id IS NOT NULL) AS accounts
FROM (
    FROM detection.candidates WHERE brief = $brief AND run_id = $run_id AND person_id = $person_id
    QUALIFY row_number() OVER (ORDER BY influence DESC NULLS LAST, segment) = 1
) c
LEFT JOIN core.accounts a USING (account_id)
LEFT JOIN core.persons p USING (person_id)
LEFT JOIN core.person_accounts m USING (person_id)
LEFT JOIN core.accounts o ON o.account_id = m.account_id AND o.consent = 'allow'
WHERE coalesce(a.consent, 'allow') = 'allow'
GROUP BY ALL
