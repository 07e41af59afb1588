-- What was known under a name belongs to the account that is called so.
INSERT INTO people (who, links, warm, posts, fit, attention, heard, audience, home, worth)
SELECT :who, links, warm, posts, fit, attention, heard, audience, home, worth FROM people WHERE who = :name
ON CONFLICT (who) DO UPDATE SET
    links = links + excluded.links, warm = warm + excluded.warm, posts = posts + excluded.posts,
    fit = fit + excluded.fit, attention = attention + excluded.attention,
    heard = heard + excluded.heard, worth = coalesce(worth, excluded.worth)
