-- What the crawl saw people do towards the brand: one row per post under one action, and one per follow.
WITH brand AS (SELECT unnest($accounts::VARCHAR[]) AS account_id),
ours AS (SELECT post_id FROM core.posts SEMI JOIN brand USING (account_id)),
named AS (
    SELECT DISTINCT unnest(posts) AS post_id FROM detection.relations_latest WHERE brief = $brief AND counterpart_kind = 'brand'
),
seen AS (
    SELECT p.account_id, p.post_id, p.url, p.published_at AS happened_at, p.source AS channel,
           CASE
               WHEN p.repost_of IN (SELECT post_id FROM ours) OR p.quote_of IN (SELECT post_id FROM ours) THEN 'repost'
               WHEN p.in_reply_to IN (SELECT post_id FROM ours) THEN 'reply'
               WHEN p.kind <> 'repost' AND len(list_filter(coalesce(p.links, []), lambda l: regexp_matches(lower(l), $domains))) > 0 THEN 'link'
               WHEN p.kind <> 'repost' AND (list_has_any(coalesce(p.mentions, []), $accounts::VARCHAR[])
                    OR p.post_id IN (SELECT post_id FROM named)) THEN 'mention'
           END AS action
    FROM core.posts p JOIN core.brief_posts b ON b.post_id = p.post_id AND b.brief = $brief
    WHERE p.published_at <= $as_of AND p.account_id NOT IN (SELECT account_id FROM brand)
)
SELECT s.account_id, s.action, s.happened_at, s.channel, s.post_id, s.url, f.tone
FROM seen s LEFT JOIN nlp.post_features f USING (post_id)
WHERE s.action IS NOT NULL
UNION ALL
SELECT t.from_account, 'follow', coalesce(t.first_at, $as_of), a.source, NULL, NULL, NULL
FROM core.ties t SEMI JOIN brand ON t.to_account = brand.account_id LEFT JOIN core.accounts a ON a.account_id = t.from_account
WHERE t.kind = 'follow' AND t.from_account NOT IN (SELECT account_id FROM brand);
