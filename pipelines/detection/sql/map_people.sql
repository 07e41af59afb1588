-- One row per person, under the account that stands highest on its own network: audiences are never added up.
CREATE OR REPLACE TEMP TABLE map_people AS
SELECT row_number() OVER (ORDER BY person_id) - 1 AS row_number, * FROM (
    SELECT person_id,
           arg_max(account_id, (standing, coalesce(followers, -1), account_id)) AS account_id,
           bool_or(coalesce(is_automated, false)) AS automated,
           bool_or(hidden) AS hidden,
           min(kind) AS kind,
           min(counterpart) AS counterpart,
           date_diff('hour', min(created_at), $as_of) / 24 AS age_days,
           max(growth) AS growth,
           arg_max(leap, growth) AS leap
    FROM map_accounts
    GROUP BY person_id
);
