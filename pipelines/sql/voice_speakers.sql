-- Who speaks most of each organisation, with what else bears on asking them: saturation and answers to strangers.
SELECT s.counterpart, s.counterpart_kind, s.person_id, a.account_id, a.handle,
       coalesce(n.display_name, a.display_name, a.native_id) AS display_name, s.posts, s.share, s.tone, s.tone_n,
       s.first_at, s.last_at, s.attention_share, s.vitality, s.exclusivity,
       h.saturation, h.sponsored_90, h.posts_90, h.answer_rate, h.answered, h.asked, h.answer_hours
FROM ecosystem.speakers s
LEFT JOIN ecosystem.habits h ON h.brief = s.brief AND h.run_id = s.run_id AND h.person_id = s.person_id
LEFT JOIN (
    SELECT person_id, arg_max(account_id, influence) AS account_id FROM detection.candidates WHERE brief = $brief AND run_id = $run_id GROUP BY person_id
) c ON c.person_id = s.person_id
LEFT JOIN (SELECT person_id, min(account_id) AS account_id FROM core.person_accounts GROUP BY person_id) o ON o.person_id = s.person_id
LEFT JOIN core.accounts a ON a.account_id = coalesce(c.account_id, o.account_id)
LEFT JOIN core.persons n ON n.person_id = s.person_id
WHERE s.brief = $brief AND s.run_id = $run_id AND s.segment IS NOT DISTINCT FROM $segment AND coalesce(a.consent, 'allow') = 'allow'
  AND ($person IS NULL OR s.person_id = $person)
QUALIFY row_number() OVER (PARTITION BY s.counterpart ORDER BY s.posts DESC, s.attention_share DESC NULLS LAST, s.person_id) <= $top
ORDER BY s.counterpart_kind, s.counterpart, s.posts DESC, s.attention_share DESC NULLS LAST, s.person_id;
