-- Where the tiers next door begin, in this cohort's own figures.
SELECT min(followers) FILTER (WHERE tier = 'macro') AS macro_followers,
       min(amplifiers) FILTER (WHERE tier = 'magic_middle') AS middle_amplifiers
FROM detection.candidates_latest
WHERE brief = $brief AND segment = $segment AND source = $source;
