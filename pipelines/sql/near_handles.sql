-- The three handles written most like a word.
SELECT handle FROM (
    SELECT handle, greatest(jaro_winkler_similarity(lower(ltrim(handle, '@')), $handle),
                            jaro_winkler_similarity(split_part(lower(ltrim(handle, '@')), '@', 1), $handle)) AS alike
    FROM (SELECT coalesce(handle, native_id) AS handle FROM core.accounts)
)
WHERE alike >= 0.85
ORDER BY alike DESC, handle
LIMIT 3;
