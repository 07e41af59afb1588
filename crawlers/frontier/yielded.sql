-- What the last requests of a cycle that looked for something new brought, per source, the oldest first.
SELECT source, coalesce(new_records, 0) AS new, coalesce(relevant, 0) AS relevant
FROM (SELECT id, source, new_records, relevant, row_number() OVER (PARTITION BY source ORDER BY done_at DESC, id DESC) AS back
      FROM requests WHERE cycle = :cycle AND state = 'done' AND relevant IS NOT NULL)
WHERE back <= :window ORDER BY back DESC
