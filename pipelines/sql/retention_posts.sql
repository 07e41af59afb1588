-- Posts whose words are past their time: counted from the day they were first collected, whatever was seen since.
CREATE OR REPLACE TEMP TABLE late_posts AS
SELECT post_id, source
FROM core.posts LEFT JOIN kept_for k USING (source)
WHERE (text IS NOT NULL OR title IS NOT NULL)
  AND first_seen + to_months(least(coalesce(k.months, $months), $months)) < $now::TIMESTAMPTZ;
