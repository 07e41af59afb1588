-- The moment the newest finished run of a brief counts from, and the moment its first run counted from.
SELECT max(as_of), min(as_of) FROM detection.runs WHERE brief = $brief AND state = 'finished';
