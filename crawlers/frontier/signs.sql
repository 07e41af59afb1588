-- Add what an answer told of a person: counts add up; an audience told at home stands over one told elsewhere.
INSERT INTO people (who, links, warm, posts, fit, attention, heard, audience, home) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (who) DO UPDATE SET
    links = links + excluded.links, warm = warm + excluded.warm, posts = posts + excluded.posts,
    fit = fit + excluded.fit, attention = attention + excluded.attention,
    heard = heard + excluded.heard,
    audience = CASE WHEN excluded.audience IS NULL OR excluded.home < home THEN audience
                    WHEN excluded.home > home THEN excluded.audience
                    ELSE max(excluded.audience, coalesce(audience, 0)) END,
    home = max(home, CASE WHEN excluded.audience IS NULL THEN 0 ELSE excluded.home END)
