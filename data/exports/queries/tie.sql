-- The ties that sources state between the brief's accounts and anyone; those that follow from posts follow again.
SELECT NULL::VARCHAR AS source, from_account, to_account, kind, weight,
       nullif(tied_at, TIMESTAMPTZ '1970-01-01 00:00:00+00') AS "at", seen_at AS observed_at, extra::VARCHAR AS extra
FROM store.core.stated_ties
WHERE from_account IN (SELECT account_id FROM scope_accounts) OR to_account IN (SELECT account_id FROM scope_accounts)
ORDER BY from_account, to_account, kind, tied_at
