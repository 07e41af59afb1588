-- Who reacted to whom inside the brief: distinct accounts that answered, mentioned, reposted, quoted or linked a person.
SELECT DISTINCT coalesce(pa.person_id, 'person:' || t.to_account) AS person_id, t.from_account
FROM core.ties t LEFT JOIN core.person_accounts pa ON pa.account_id = t.to_account
WHERE t.kind IN ('reply', 'mention', 'repost', 'quote', 'link') AND t.from_account <> t.to_account
  AND coalesce(pa.person_id, 'person:' || t.to_account) IN (SELECT unnest($persons::VARCHAR[]));
