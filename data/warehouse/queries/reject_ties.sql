-- Which staged ties cannot be kept, and why.
INSERT INTO staged_rejects
SELECT line, 'tie',
       CASE WHEN given(from_account) IS NULL THEN 'from_account: missing'
            WHEN given(to_account) IS NULL THEN 'to_account: missing'
            WHEN given(kind) IS NULL THEN 'kind: missing'
            WHEN given("at") IS NOT NULL AND moment("at") IS NULL THEN 'at: not a time'
            WHEN given(weight) IS NOT NULL AND coalesce(TRY_CAST(weight AS DOUBLE), -1) < 0 THEN 'weight: not a positive number'
            END AS reason,
       to_json(s)
FROM staged_tie s
WHERE reason IS NOT NULL;
