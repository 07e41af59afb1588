-- Name the posts replied to, where a server told only its own number for them and they were seen in some answer.
UPDATE records SET payload = json_set(payload, '$.in_reply_to', aliases.uid)
FROM aliases
WHERE kind = 'post' AND payload ->> '$.in_reply_to' IS NULL AND aliases.alias = payload ->> '$.extra.reply_seen_as'
