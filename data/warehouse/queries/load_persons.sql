-- Persons as an export of this software tells them.
INSERT INTO core.persons (person_id, display_name, extra)
SELECT given(person_id), any_value(clean(display_name)), arg_max(given(extra), line) FROM staged_person WHERE given(person_id) IS NOT NULL GROUP BY 1
ON CONFLICT (person_id) DO UPDATE SET display_name = coalesce(excluded.display_name, display_name), extra = coalesce(excluded.extra, extra);

INSERT INTO core.person_accounts (person_id, account_id, evidence, decided_by)
SELECT given(person_id), one_identity(given(account_id)), any_value(given(evidence)), any_value(given(decided_by))
FROM staged_person WHERE given(person_id) IS NOT NULL AND given(account_id) IS NOT NULL GROUP BY 1, 2
ON CONFLICT (account_id) DO UPDATE SET person_id = excluded.person_id, evidence = excluded.evidence, decided_by = excluded.decided_by;
