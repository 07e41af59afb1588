-- The accounts of the brief; their counts are observations.
SELECT a.account_id, a.source, a.native_id, a.instance, a.handle, a.display_name, a.url, a.summary, a.location, a.language,
       a.created_at, a.is_automated, a.consent, a.consent_signals, a.links, a.verified_links, a.moved_to, a.status,
       a.first_seen, a.last_seen, s.found_via, a.extra::VARCHAR AS extra
FROM store.core.accounts a JOIN scope_accounts s USING (account_id)
ORDER BY a.account_id
