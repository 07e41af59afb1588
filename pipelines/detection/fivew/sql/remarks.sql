-- What the team filled in on the sheet: the newest standing note of each field, the newest verdict of fit, and consents.
SELECT person_id, field, value, text, recorded_by, recorded_at FROM (
    SELECT m.person_id, field, NULL AS value, text, r.recorded_by, r.recorded_at, r.id
    FROM relation.notes r JOIN member m USING (account_id)
    WHERE r.brief = $brief AND field IS NOT NULL AND withdrawn_at IS NULL
    UNION ALL
    SELECT m.person_id, 'verdict', verdict, why, r.recorded_by, r.recorded_at, r.id
    FROM relation.selections r JOIN member m USING (account_id) WHERE r.brief = $brief
    UNION ALL
    SELECT m.person_id, 'consent', purpose, evidence, r.recorded_by, r.recorded_at, r.id
    FROM relation.consents r JOIN member m USING (account_id) WHERE withdrawn_at IS NULL
)
QUALIFY row_number() OVER (PARTITION BY person_id, field ORDER BY recorded_at DESC, id DESC) = 1
ORDER BY person_id, field
