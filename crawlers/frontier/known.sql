-- What is known of the people named in a JSON list.
SELECT p.* FROM json_each(?) AS wanted JOIN people p ON p.who = wanted.value
