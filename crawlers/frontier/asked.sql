-- A host is being asked: its pause runs from now.
UPDATE hosts SET in_flight = in_flight + 1, sent = sent + :counts, next_at = :now + max(delay, coalesce(crawl_delay, 0)) WHERE origin = :origin
