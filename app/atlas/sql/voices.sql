-- Who speaks most of the brand and of each competitor, of the whole brief or one segment.
SELECT s.counterpart, s.counterpart_kind, s.person_id, coalesce(p.display_name, a.display_name) AS display_name, a.handle,
    s.posts, s.share, s.tone, s.tone_n, s.first_at, s.last_at
FROM ecosystem.speakers s
LEFT JOIN (
    SELECT person_id, arg_max(account_id, influence) AS account_id FROM detection.candidates
    WHERE brief = $brief AND run_id = $run_id GROUP BY person_id
) c USING (person_id)
LEFT JOIN (SELECT person_id, min(account_id) AS account_id FROM core.person_accounts GROUP BY person_id) o USING (person_id)
LEFT JOIN core.accounts a ON a.account_id = coalesce(c.account_id, o.account_id)
LEFT JOIN core.persons p USING (person_id)
WHERE s.brief = $brief AND s.run_id = $run_id AND s.segment IS NOT DISTINCT FROM $segment
    AND coalesce(a.consent, 'allow') = 'allow'
QUALIFY row_number() OVER (PARTITION BY s.counterpart ORDER BY s.posts DESC, s.attention_share DESC NULLS LAST, s.person_id) <= 8
ORDER BY s.counterpart_kind, s.counterpart, s.posts DESC, s.attention_share DESC NULLS LAST, s.person_id
