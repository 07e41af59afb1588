-- One run's ranks and tiers, with the names people are called by now; who refuses since is left out.
SELECT c.person_id, c.segment, c.rank, c.rank_low, c.rank_high, c.tier, a.handle,
       coalesce(p.display_name, a.display_name) AS display_name
FROM detection.candidates c
LEFT JOIN core.accounts a USING (account_id)
LEFT JOIN core.persons p ON p.person_id = c.person_id
WHERE c.brief = $brief AND c.run_id = $run_id AND ($segment IS NULL OR c.segment = $segment)
  AND coalesce(a.consent, 'allow') = 'allow';
