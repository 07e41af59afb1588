-- Lines that are JSON objects of a known type; the others are rejects.
CREATE OR REPLACE TEMP TABLE incoming_valid AS
WITH objects AS MATERIALIZED (SELECT line, j FROM incoming WHERE json_valid(j)),
     typed AS MATERIALIZED (SELECT line, j, json_extract_string(j, '$.type') AS kind FROM objects WHERE json_type(j) = 'OBJECT')
SELECT line, j, kind FROM typed WHERE kind IN ('account', 'post', 'tie', 'observation', 'person');

INSERT INTO staged_rejects
SELECT i.line, 'line', CASE WHEN NOT json_valid(i.j) THEN 'not JSON' ELSE 'no known type' END, substr(i.j, 1, 2000)
FROM incoming i ANTI JOIN incoming_valid v USING (line)
WHERE trim(i.j) <> '';
