-- What went wrong in one cycle: failures and refusals of requests, and what connectors complained of.
SELECT source, coalesce(error, 'unknown') AS kind, origin, count(*) AS times, min(url) AS detail
FROM requests WHERE cycle = :cycle AND state IN ('failed', 'refused') GROUP BY 1, 2, 3
UNION ALL
SELECT source, kind, origin, times, detail FROM troubles WHERE cycle = :cycle
ORDER BY 1, 2, 3
