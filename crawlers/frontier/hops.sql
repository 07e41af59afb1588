-- How far the crawl drifts: per hop of the newest cycle, what was asked, and how many visits spoke of the subject.
SELECT hop, count(*) FILTER (WHERE tries > 0) AS requests, coalesce(sum(new_records), 0) AS new_records,
       count(gain) AS visits, count(*) FILTER (WHERE gain > 0) AS relevant, avg(gain) AS gain
FROM requests WHERE cycle = (SELECT max(cycle) FROM crawls) AND purpose <> 'robots'
GROUP BY hop ORDER BY hop
