-- The staged accounts as typed rows, one per account: the newest word on each field.
CREATE OR REPLACE TEMP TABLE typed_accounts AS
WITH typed AS (
    SELECT one_identity(coalesce(given(account_id), given(source) || ':' || given(native_id))) AS account_id,
           coalesce(given(source), split_part(account_id, ':', 1)) AS source,
           coalesce(given(native_id), substr(account_id, length(split_part(account_id, ':', 1)) + 2)) AS native_id,
           given(instance) AS instance, clean(handle) AS handle, clean(display_name) AS display_name, given(url) AS url,
           clean(summary) AS summary, clean("location") AS location, given(language) AS language,
           moment(created_at) AS created_at, truth(is_automated) AS is_automated,
           CASE WHEN lower(given(consent)) IN ('allow', 'restricted', 'deny') THEN lower(given(consent))
                WHEN regexp_matches(summary, '(?i)#no(bots?|index|search|archive|bridge)\b') THEN 'deny'
                WHEN truth(noindex) THEN 'deny'
                WHEN truth(indexable) = false OR truth(discoverable) = false THEN 'restricted' END AS consent,
           coalesce(several(consent_signals), nullif(list_filter([
               CASE WHEN regexp_matches(summary, '(?i)#no(bots?|index|search|archive|bridge)\b') THEN 'hashtag in profile' END,
               CASE WHEN truth(noindex) THEN 'noindex' END,
               CASE WHEN truth(indexable) = false THEN 'indexable=false' END,
               CASE WHEN truth(discoverable) = false THEN 'discoverable=false' END], lambda v: v IS NOT NULL), [])) AS consent_signals,
           several(links) AS links, several(verified_links) AS verified_links, given(moved_to) AS moved_to,
           given(status) AS status,
           whole(followers) AS followers, whole(following) AS following, whole(posts) AS posts, whole(listed) AS listed,
           moment(first_seen) AS first_seen, moment(last_seen) AS last_seen, moment(observed_at) AS observed_at,
           given(found_via) AS found_via, given(extra) AS extra, s.line AS line
    FROM staged_account s ANTI JOIN staged_rejects r ON r.line = s.line AND r.kind = 'account'
)
SELECT account_id, any_value(source) AS source, any_value(native_id) AS native_id,
       arg_max(instance, line) AS instance, arg_max(handle, line) AS handle, arg_max(display_name, line) AS display_name,
       arg_max(url, line) AS url, arg_max(summary, line) AS summary, arg_max(location, line) AS location,
       arg_max(language, line) AS language, arg_max(created_at, line) AS created_at,
       arg_max(is_automated, line) AS is_automated, arg_max(consent, line) AS consent,
       arg_max(consent_signals, line) AS consent_signals, arg_max(links, line) AS links,
       arg_max(verified_links, line) AS verified_links, arg_max(moved_to, line) AS moved_to, arg_max(status, line) AS status,
       arg_max(found_via, line) AS found_via, arg_max(extra, line) AS extra,
       min(coalesce(first_seen, observed_at)) AS first_seen, max(coalesce(last_seen, observed_at)) AS last_seen
FROM typed
GROUP BY account_id;
