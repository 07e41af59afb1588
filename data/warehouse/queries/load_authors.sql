-- An author whom no account row describes is still an account.
INSERT INTO core.accounts (account_id, source, native_id, first_seen, last_seen)
SELECT account_id, any_value(source), substr(account_id, length(split_part(account_id, ':', 1)) + 2),
       coalesce(min(observed_at), $now::TIMESTAMPTZ), coalesce(max(observed_at), $now::TIMESTAMPTZ)
FROM typed_posts
GROUP BY account_id
ON CONFLICT (account_id) DO NOTHING;
