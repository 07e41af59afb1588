-- Judgements stand until a text or a query changes; the newest run owns them.
UPDATE detection.hits SET run_id = $run_id WHERE brief = $brief AND run_id <> $run_id;
