-- The visits that wait, with what is known of whom they are about: the most promising first.
SELECT r.id, r.who, r.hop, r.chain, r.source, r.purpose, r.account, p.links, p.warm, p.posts, p.fit, p.attention, p.heard, p.audience, p.home, p.worth
FROM requests r JOIN people p ON p.who = r.who
WHERE r.state = 'queued' AND r.cycle = :cycle
ORDER BY r.priority DESC LIMIT :most
