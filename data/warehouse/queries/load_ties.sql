-- Ties as a source states them; one with no date is stated once.
INSERT INTO core.stated_ties (from_account, to_account, kind, tied_at, weight, seen_at, extra)
SELECT ref(coalesce(given(source), ''), from_account, given(source) IS NULL),
       ref(coalesce(given(source), ''), to_account, given(source) IS NULL),
       lower(given(kind)), coalesce(moment("at"), TIMESTAMPTZ '1970-01-01 00:00:00+00') AS tied_at,
       any_value(coalesce(TRY_CAST(given(weight) AS DOUBLE), 1)), max(coalesce(moment(observed_at), $now::TIMESTAMPTZ)), arg_max(given(extra), s.line)
FROM staged_tie s ANTI JOIN staged_rejects r ON r.line = s.line AND r.kind = 'tie'
GROUP BY ALL
ON CONFLICT (from_account, to_account, kind, tied_at) DO UPDATE SET weight = excluded.weight, extra = coalesce(excluded.extra, extra);
