-- Ranks and tiers of two runs side by side, where something changed; a move is sure when the 95 % intervals do not meet.
WITH old AS (FROM detection.candidates WHERE brief = $brief AND run_id = $before_run),
new AS (FROM detection.candidates WHERE brief = $brief AND run_id = $after_run),
move AS (
    SELECT coalesce(n.person_id, o.person_id) AS person_id, coalesce(n.segment, o.segment) AS segment,
        coalesce(n.account_id, o.account_id) AS account_id,
        o.rank AS rank_before, n.rank AS rank_after, o.rank - n.rank AS places, o.tier AS tier_before, n.tier AS tier_after,
        coalesce(o.rank_high < n.rank_low OR n.rank_high < o.rank_low, false) AS sure,
        CASE
            WHEN o.rank IS NULL AND n.rank IS NOT NULL THEN 'entrant'
            WHEN n.rank IS NULL AND o.rank IS NOT NULL THEN 'leaver'
            WHEN n.rank < o.rank THEN 'riser'
            WHEN n.rank > o.rank THEN 'faller'
        END AS move
    FROM old o FULL JOIN new n ON n.person_id = o.person_id AND n.segment = o.segment
),
every AS (
    FROM move WHERE move IS NOT NULL
    UNION ALL BY NAME
    SELECT * REPLACE ('tier' AS move) FROM move
    WHERE tier_before IS DISTINCT FROM tier_after AND rank_before IS NOT NULL AND rank_after IS NOT NULL
)
SELECT e.*, a.handle, coalesce(p.display_name, a.display_name) AS display_name, count(*) OVER (PARTITION BY e.move) AS total
FROM every e
LEFT JOIN core.accounts a USING (account_id)
LEFT JOIN core.persons p USING (person_id)
WHERE coalesce(a.consent, 'allow') = 'allow' AND ($segment IS NULL OR e.segment = $segment)
QUALIFY row_number() OVER (
    PARTITION BY e.move
    ORDER BY CASE WHEN e.move IN ('riser', 'faller') THEN NOT e.sure END, CASE WHEN e.move IN ('riser', 'faller') THEN -abs(e.places) END,
        coalesce(e.rank_after, e.rank_before), e.person_id, e.segment
) <= $top
ORDER BY e.move, CASE WHEN e.move IN ('riser', 'faller') THEN NOT e.sure END, CASE WHEN e.move IN ('riser', 'faller') THEN -abs(e.places) END,
    coalesce(e.rank_after, e.rank_before), e.person_id, e.segment
