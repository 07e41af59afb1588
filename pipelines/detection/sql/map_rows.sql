-- The row of each account's person: what everything else joins with, by account and in small numbers.
CREATE OR REPLACE TEMP TABLE map_rows AS
SELECT a.account_id, m.row_number::INTEGER AS person
FROM map_accounts a JOIN map_people m USING (person_id);
