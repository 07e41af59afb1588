-- The waiting visits about the people named in a JSON list.
SELECT r.id, r.who, r.hop, r.chain, r.source, r.purpose, r.account
FROM json_each(?) AS wanted JOIN requests r ON r.who = wanted.value AND r.state = 'queued'
