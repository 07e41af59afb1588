-- The posts most alive about each organisation in a run, with what makes them so; those of people who refuse since left out.
SELECT v.counterpart, v.counterpart_kind, v.post_id, p.url, p.published_at, v.person_id, a.handle,
       coalesce(a.display_name, a.native_id) AS display_name, v.effective_reach, v.engagements, v.visibility, v.impact, v.trust,
       v.vitality, v.tone, left(coalesce(p.title || ' — ', '') || coalesce(p.text, ''), 400) AS text
FROM ecosystem.vitality v
JOIN core.posts p USING (post_id)
JOIN core.accounts a ON a.account_id = p.account_id AND a.consent = 'allow'
WHERE v.brief = $brief AND v.run_id = $run_id AND v.vitality IS NOT NULL AND p.deleted_at IS NULL
  AND ($segment IS NULL OR v.post_id IN (
      SELECT post_id FROM detection.hits WHERE brief = $brief AND run_id = $run_id AND segment = $segment AND relevance >= $on_topic
  ))
QUALIFY row_number() OVER (PARTITION BY v.counterpart ORDER BY v.vitality DESC, v.post_id) <= $top
ORDER BY v.counterpart_kind, v.counterpart, v.vitality DESC, v.post_id;
