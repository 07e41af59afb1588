-- The strongest ties between the people shown (shown_people: person_id, place), all kinds together, as their places.
WITH member AS (
    SELECT account_id, place FROM core.person_accounts JOIN shown_people USING (person_id)
    UNION
    SELECT account_id, place FROM detection.candidates JOIN shown_people USING (person_id) WHERE run_id = $run_id
)
SELECT s.place AS source, t.place AS target, sum(ties.weight)::DOUBLE AS weight,
    list_sort(list(DISTINCT ties.kind)) AS kinds, min(ties.first_at) AS first_at, max(ties.last_at) AS last_at
FROM core.ties ties
JOIN member s ON s.account_id = ties.from_account
JOIN member t ON t.account_id = ties.to_account
WHERE s.place <> t.place
GROUP BY s.place, t.place
ORDER BY weight DESC, source, target
LIMIT $ties
