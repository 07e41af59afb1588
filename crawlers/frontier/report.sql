-- What one cycle did, per source.
SELECT source,
       count(*) FILTER (WHERE tries > 0) AS requests,
       count(*) FILTER (WHERE state = 'done' AND status BETWEEN 200 AND 299) AS full_answers,
       count(*) FILTER (WHERE state = 'done' AND status = 304) AS not_modified,
       count(*) FILTER (WHERE state = 'done' AND status IN (404, 410)) AS gone,
       count(*) FILTER (WHERE state IN ('queued', 'in_flight')) AS queued,
       count(*) FILTER (WHERE state = 'fresh') AS not_due,
       coalesce(sum(new_records), 0) AS new_records,
       coalesce(sum(bytes), 0) AS bytes
FROM requests WHERE cycle = :cycle GROUP BY source ORDER BY source
