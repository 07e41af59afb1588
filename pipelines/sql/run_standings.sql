-- One run's ranks and tiers with what they rest on, and the names people are called by now; who refuses since is left out.
SELECT COLUMNS('^(person_id|segment|rank|rank_low|rank_high|tier|influence|reach|engagement|resonance|relevance|belonging|attention|handle|display_name)$')
FROM (
    SELECT c.*, a.handle, coalesce(p.display_name, a.display_name, a.native_id) AS display_name
    FROM detection.candidates c
    LEFT JOIN core.accounts a USING (account_id)
    LEFT JOIN core.persons p ON p.person_id = c.person_id
    WHERE c.brief = $brief AND c.run_id = $run_id AND ($segment IS NULL OR c.segment = $segment)
      AND coalesce(a.consent, 'allow') = 'allow'
);
