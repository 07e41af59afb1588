-- When: the audience of each account each time it was counted, at most one figure a day.
SELECT m.person_id, m.account_id, o.observed_at::DATE AS day, arg_max(o.followers, o.observed_at) AS followers
FROM member m JOIN core.account_observations o USING (account_id)
WHERE o.followers IS NOT NULL AND o.observed_at <= $as_of
GROUP BY ALL ORDER BY ALL
