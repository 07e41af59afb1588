-- How many posts go.
SELECT count(*) FROM core.posts WHERE account_id IN (SELECT account_id FROM forgotten);
