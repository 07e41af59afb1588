-- The sources that the newest cycle ended because they had nothing more to tell.
SELECT s.source, s.window, s.brought, s.least, s.on_subject,
       (SELECT count(*) FROM requests r WHERE r.cycle = s.cycle AND r.source = s.source AND r.error = 'yield') AS left
FROM stops s WHERE s.cycle = (SELECT max(cycle) FROM crawls) ORDER BY s.source
