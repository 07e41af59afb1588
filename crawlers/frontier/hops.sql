-- How far the crawl drifts: per hop of the newest cycle, what was asked, and how many visits spoke of the subject.
SELECT hop, count(*) FILTER (WHERE tries > 0) AS requests, coalesce(sum(new_records), 0) AS new_records,
       count(gain) AS visits, count(*) FILTER (WHERE gain > 0) AS relevant, avg(gain) AS gain,
       coalesce(sum(relevant), 0) AS posts,
       count(*) FILTER (WHERE state = 'dropped' AND error IN ('budget_requests', 'budget_host', 'budget_accounts', 'yield')) AS left,
       count(*) FILTER (WHERE state = 'fresh') AS not_due
FROM requests WHERE cycle = (SELECT max(cycle) FROM crawls) AND purpose NOT IN ('robots', 'tdm')
GROUP BY hop ORDER BY hop
