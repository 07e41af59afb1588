-- How far the acts behind each tie are on the subject: a reaction counts by the better of its own text and the one it answers.
WITH acts AS (
    SELECT p.post_id AS act, p.post_id, t.post_id AS answered, p.account_id AS giver, t.account_id AS receiver, p.act_kind AS kind
    FROM (
        SELECT post_id, account_id, unnest([in_reply_to, repost_of, quote_of]) AS answered_id,
               unnest(['reply', 'repost', 'quote']) AS act_kind
        FROM core.posts
        WHERE (in_reply_to IS NOT NULL OR repost_of IS NOT NULL OR quote_of IS NOT NULL) AND published_at <= $as_of
    ) p
    JOIN core.posts t ON t.post_id = p.answered_id
),
texts AS (
    SELECT act, giver, receiver, kind, unnest([post_id, answered]) AS post_id FROM acts
    UNION ALL
    SELECT evidence_post, from_account, to_account, kind, evidence_post
    FROM core.ties WHERE evidence_post IS NOT NULL AND kind NOT IN ('reply', 'repost', 'quote')
),
fit AS (
    SELECT x.act, x.giver, x.receiver, x.kind, h.segment, max(h.relevance) AS relevance
    FROM texts x JOIN map_hits h USING (post_id)
    GROUP BY ALL
)
SELECT t.tie, x.segment,
       CASE WHEN x.kind IN ('reply', 'repost', 'quote') THEN least(sum(x.relevance) / any_value(t.count), 1)
            ELSE avg(x.relevance) END AS topical
FROM fit x
JOIN map_rows f ON f.account_id = x.giver
JOIN map_rows r ON r.account_id = x.receiver
JOIN map_ties t ON t.source = f.person AND t.target = r.person AND t.kind = x.kind
GROUP BY t.tie, x.segment, x.kind;
