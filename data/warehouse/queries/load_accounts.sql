-- New accounts come in; known ones take each field that the newcomer knows. First sight never moves forward.
INSERT INTO core.accounts
    (account_id, source, native_id, instance, handle, display_name, url, summary, location, language, created_at, is_automated,
     consent, consent_signals, links, verified_links, moved_to, status, first_seen, last_seen, extra)
SELECT account_id, source, native_id, instance, handle, display_name, url,
       CASE WHEN consent = 'deny' THEN NULL ELSE summary END, location, language, created_at, is_automated,
       coalesce(consent, 'allow'), consent_signals, links, verified_links, moved_to, status,
       coalesce(first_seen, $now::TIMESTAMPTZ), coalesce(last_seen, $now::TIMESTAMPTZ), extra
FROM typed_accounts t
WHERE NOT EXISTS (
    SELECT 1 FROM core.accounts k
    WHERE k.account_id = t.account_id
      AND (coalesce(t.instance, k.instance), coalesce(t.handle, k.handle), coalesce(t.display_name, k.display_name),
           coalesce(t.url, k.url), coalesce(t.summary, k.summary), coalesce(t.location, k.location), coalesce(t.language, k.language),
           coalesce(t.created_at, k.created_at), coalesce(t.is_automated, k.is_automated), coalesce(t.consent, k.consent),
           coalesce(t.consent_signals, k.consent_signals), coalesce(t.links, k.links), coalesce(t.verified_links, k.verified_links),
           coalesce(t.moved_to, k.moved_to), coalesce(t.status, k.status), coalesce(t.extra, k.extra),
           least(t.first_seen, k.first_seen))
          IS NOT DISTINCT FROM
          (k.instance, k.handle, k.display_name, k.url, k.summary, k.location, k.language, k.created_at, k.is_automated, k.consent,
           k.consent_signals, k.links, k.verified_links, k.moved_to, k.status, k.extra::VARCHAR, k.first_seen))
ON CONFLICT (account_id) DO UPDATE SET
    instance = coalesce(excluded.instance, instance),
    handle = coalesce(excluded.handle, handle),
    display_name = coalesce(excluded.display_name, display_name),
    url = coalesce(excluded.url, url),
    summary = CASE WHEN excluded.consent = 'deny' OR (consent = 'deny' AND excluded.consent_signals IS NULL) THEN NULL
                   ELSE coalesce(excluded.summary, summary) END,
    location = coalesce(excluded.location, location),
    language = coalesce(excluded.language, language),
    created_at = coalesce(excluded.created_at, created_at),
    is_automated = coalesce(excluded.is_automated, is_automated),
    consent = CASE WHEN excluded.consent_signals IS NOT NULL OR excluded.consent <> 'allow' THEN excluded.consent ELSE consent END,
    consent_signals = coalesce(excluded.consent_signals, consent_signals),
    links = coalesce(excluded.links, links),
    verified_links = coalesce(excluded.verified_links, verified_links),
    moved_to = coalesce(excluded.moved_to, moved_to),
    status = coalesce(excluded.status, status),
    first_seen = least(first_seen, excluded.first_seen),
    extra = coalesce(excluded.extra, extra);
