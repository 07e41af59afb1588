-- Every account of the brief that may be scored, with its person and its figures as of the run's moment, or the first ones known after it.
CREATE OR REPLACE TEMP TABLE map_accounts AS
WITH scope AS (
    SELECT account_id FROM core.brief_accounts WHERE brief = $brief
    UNION
    -- Most authors are of the brief already: only the posts of the others are looked for among its own.
    SELECT p.account_id
    FROM (
        SELECT post_id, account_id FROM core.posts
        ANTI JOIN (SELECT account_id FROM core.brief_accounts WHERE brief = $brief) USING (account_id)
    ) p
    SEMI JOIN (SELECT post_id FROM core.brief_posts WHERE brief = $brief) b USING (post_id)
),
seen AS (
    SELECT o.account_id,
           coalesce(arg_max(followers, observed_at) FILTER (followers IS NOT NULL AND observed_at <= $as_of),
                    arg_min(followers, observed_at) FILTER (followers IS NOT NULL)) AS followers,
           coalesce(arg_max(following, observed_at) FILTER (following IS NOT NULL AND observed_at <= $as_of),
                    arg_min(following, observed_at) FILTER (following IS NOT NULL)) AS following,
           coalesce(max(observed_at) FILTER (followers IS NOT NULL AND observed_at <= $as_of),
                    min(observed_at) FILTER (followers IS NOT NULL)) AS observed_at
    FROM core.account_observations o JOIN scope USING (account_id)
    GROUP BY o.account_id
),
earlier AS (
    SELECT s.account_id, arg_min(o.followers, o.observed_at) AS followers, min(o.observed_at) AS observed_at
    FROM seen s JOIN core.account_observations o
      ON o.account_id = s.account_id AND o.followers IS NOT NULL
     AND o.observed_at BETWEEN s.observed_at - INTERVAL 90 DAY AND s.observed_at - INTERVAL 7 DAY
    GROUP BY s.account_id
),
paces AS (
    SELECT account_id, (s.observed_at - e.observed_at) / 2 AS half, s.followers - e.followers AS gained, o.observed_at, o.followers
    FROM earlier e JOIN seen s USING (account_id) JOIN core.account_observations o USING (account_id)
    WHERE s.followers > e.followers AND o.followers IS NOT NULL AND o.observed_at BETWEEN e.observed_at AND s.observed_at
),
leaps AS (
    SELECT account_id, max(gain / gained) AS leap
    FROM (
        SELECT account_id, gained,
               followers - first_value(followers) OVER (
                   PARTITION BY account_id ORDER BY observed_at RANGE BETWEEN half PRECEDING AND CURRENT ROW
               ) AS gain
        FROM paces
    )
    GROUP BY account_id HAVING count(*) > 2
)
SELECT a.account_id,
       coalesce(p.person_id, 'person:' || a.account_id) AS person_id,
       a.source, a.language, a.is_automated, a.consent <> 'allow' AS hidden, a.created_at,
       s.followers, s.following,
       (s.followers - e.followers) / greatest(e.followers, 1)
           * 30 / (date_diff('hour', e.observed_at, s.observed_at) / 24) AS growth,
       l.leap,
       k.kind, k.counterpart,
       percent_rank() OVER (PARTITION BY a.source ORDER BY s.followers NULLS FIRST) AS standing
FROM scope JOIN core.accounts a USING (account_id)
LEFT JOIN core.person_accounts p USING (account_id)
LEFT JOIN seen s USING (account_id)
LEFT JOIN earlier e USING (account_id)
LEFT JOIN leaps l USING (account_id)
LEFT JOIN map_organisations k USING (account_id)
WHERE a.source NOT IN (SELECT source FROM underived);
