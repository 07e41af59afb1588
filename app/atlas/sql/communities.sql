-- The communities of the run, largest first.
SELECT k.community_id, k.name, k.size, k.firmness, list_slice(k.terms, 1, 6) AS terms
FROM detection.communities k
WHERE k.brief = $brief AND k.run_id = $run_id
ORDER BY k.size DESC NULLS LAST, k.community_id
LIMIT 12
