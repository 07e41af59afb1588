-- Directed ties by kind: what posts show, and what sources state.
CREATE OR REPLACE TEMP TABLE acts AS
SELECT p.account_id AS from_account, t.account_id AS to_account, 'reply' AS kind, p.published_at AS acted_at, p.post_id, 1.0 AS weight
FROM core.posts p JOIN core.posts t ON t.post_id = p.in_reply_to
UNION ALL
SELECT p.account_id, t.account_id, 'repost', p.published_at, p.post_id, 1.0
FROM core.posts p JOIN core.posts t ON t.post_id = p.repost_of
UNION ALL
SELECT p.account_id, t.account_id, 'quote', p.published_at, p.post_id, 1.0
FROM core.posts p JOIN core.posts t ON t.post_id = p.quote_of
UNION ALL
SELECT p.account_id, k.account_id, 'mention', p.published_at, p.post_id, 1.0
FROM (SELECT account_id, published_at, post_id, source, unnest(mentions) AS mention FROM core.posts WHERE kind <> 'repost') p
JOIN account_keys k ON k.key = CASE WHEN p.mention LIKE p.source || ':@%' THEN lower(p.mention) ELSE p.mention END
UNION ALL
-- The custom of naming on Fridays whom one recommends: #FollowFriday, or #FF with two names or more.
SELECT p.account_id, k.account_id, 'endorse', p.published_at, p.post_id, 1.0
FROM (
    SELECT account_id, published_at, post_id, source, unnest(mentions) AS mention
    FROM (SELECT *, list_transform(hashtags, lambda h: lower(ltrim(h, '#'))) AS custom FROM core.posts WHERE kind = 'post' AND len(mentions) > 0)
    WHERE list_contains(custom, 'followfriday') OR (list_contains(custom, 'ff') AND len(mentions) > 1)
) p
JOIN account_keys k ON k.key = CASE WHEN p.mention LIKE p.source || ':@%' THEN lower(p.mention) ELSE p.mention END
UNION ALL
SELECT p.account_id, k.account_id, 'link', p.published_at, p.post_id, 1.0
FROM (SELECT account_id, published_at, post_id, unnest(links) AS link FROM core.posts WHERE kind <> 'repost') p
JOIN address_keys k ON k.key = address(p.link)
UNION ALL
SELECT from_account, to_account, kind, nullif(tied_at, TIMESTAMPTZ '1970-01-01 00:00:00+00'), NULL, weight
FROM core.stated_ties;

DELETE FROM core.ties;

INSERT INTO core.ties (from_account, to_account, kind, weight, first_at, last_at, evidence_post)
SELECT from_account, to_account, kind, sum(weight), min(acted_at), max(acted_at), arg_max(post_id, (acted_at, post_id))
FROM acts
WHERE from_account <> to_account
GROUP BY ALL
ORDER BY from_account, to_account, kind;
