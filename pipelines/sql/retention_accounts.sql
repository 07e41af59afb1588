-- Accounts past their time: everyone of the same person was first collected before the limit, and nothing was exchanged since.
CREATE OR REPLACE TEMP TABLE late_accounts AS
WITH owned AS (
    SELECT a.account_id, coalesce(p.person_id, 'person:' || a.account_id) AS person_id,
           a.first_seen + to_months(least(coalesce(k.months, $months), $months)) < $now::TIMESTAMPTZ
           AND a.account_id NOT IN (SELECT account_id FROM in_touch) AS late
    FROM core.accounts a
    LEFT JOIN core.person_accounts p USING (account_id)
    LEFT JOIN kept_for k ON k.source = a.source
)
SELECT account_id FROM owned QUALIFY bool_and(late) OVER (PARTITION BY person_id);
