-- Erase a person: records, judgements, past runs; other people's texts keep a masked handle.
CREATE OR REPLACE TEMP TABLE gone_posts AS
SELECT post_id FROM core.posts WHERE account_id IN (SELECT account_id FROM forgotten);

CREATE OR REPLACE TEMP TABLE gone_persons AS
SELECT person_id FROM core.person_accounts WHERE account_id IN (SELECT account_id FROM forgotten);

DELETE FROM core.account_observations WHERE account_id IN (SELECT account_id FROM forgotten);
DELETE FROM core.post_observations WHERE post_id IN (SELECT post_id FROM gone_posts);
DELETE FROM core.brief_posts WHERE post_id IN (SELECT post_id FROM gone_posts);
DELETE FROM core.brief_accounts WHERE account_id IN (SELECT account_id FROM forgotten);
DELETE FROM core.stated_ties
WHERE from_account IN (SELECT account_id FROM forgotten) OR to_account IN (SELECT account_id FROM forgotten);
DELETE FROM core.reservations WHERE post_id IN (SELECT post_id FROM gone_posts);
DELETE FROM core.posts WHERE post_id IN (SELECT post_id FROM gone_posts);
DELETE FROM core.accounts WHERE account_id IN (SELECT account_id FROM forgotten);
DELETE FROM core.person_accounts WHERE account_id IN (SELECT account_id FROM forgotten);
DELETE FROM core.persons WHERE person_id IN (SELECT person_id FROM gone_persons);
DELETE FROM nlp.post_features WHERE post_id IN (SELECT post_id FROM gone_posts);
DELETE FROM nlp.judged WHERE post_id IN (SELECT post_id FROM gone_posts);
DELETE FROM detection.hits WHERE post_id IN (SELECT post_id FROM gone_posts);
DELETE FROM detection.ecosystem WHERE person_id IN (SELECT person_id FROM gone_persons);
DELETE FROM detection.candidates WHERE person_id IN (SELECT person_id FROM gone_persons);
DELETE FROM detection.sheets WHERE person_id IN (SELECT person_id FROM gone_persons);
DELETE FROM detection.relations
WHERE person_id IN (SELECT person_id FROM gone_persons) OR counterpart IN (SELECT person_id FROM gone_persons);
DELETE FROM ecosystem.vitality WHERE post_id IN (SELECT post_id FROM gone_posts) OR person_id IN (SELECT person_id FROM gone_persons);
DELETE FROM ecosystem.speakers WHERE person_id IN (SELECT person_id FROM gone_persons);
DELETE FROM ecosystem.habits WHERE person_id IN (SELECT person_id FROM gone_persons);
DELETE FROM ecosystem.overlaps
WHERE person_id IN (SELECT person_id FROM gone_persons) OR other_id IN (SELECT person_id FROM gone_persons);
DELETE FROM ecosystem.together
WHERE person_id IN (SELECT person_id FROM gone_persons) OR other_id IN (SELECT person_id FROM gone_persons);
UPDATE ecosystem.together SET evidence_post = NULL WHERE evidence_post IN (SELECT post_id FROM gone_posts);
UPDATE detection.communities
SET leaders = list_filter(leaders, lambda l: NOT list_contains(g.gone, l))
FROM (SELECT coalesce(list(person_id), []) AS gone FROM gone_persons) g;
UPDATE detection.sheets SET
    what_json = regexp_replace(what_json::VARCHAR, $pattern, '…', 'g')::JSON,
    when_json = regexp_replace(when_json::VARCHAR, $pattern, '…', 'g')::JSON,
    where_json = regexp_replace(where_json::VARCHAR, $pattern, '…', 'g')::JSON,
    who_json = regexp_replace(who_json::VARCHAR, $pattern, '…', 'g')::JSON,
    how_json = regexp_replace(how_json::VARCHAR, $pattern, '…', 'g')::JSON,
    why_json = regexp_replace(why_json::VARCHAR, $pattern, '…', 'g')::JSON,
    evidence = regexp_replace(evidence::VARCHAR, $pattern, '…', 'g')::JSON
WHERE regexp_matches(concat_ws(' ', what_json, when_json, where_json, who_json, how_json, why_json, evidence), $pattern);
UPDATE core.posts SET text = regexp_replace(text, $pattern, '…', 'g') WHERE regexp_matches(text, $pattern);
UPDATE core.posts SET title = regexp_replace(title, $pattern, '…', 'g') WHERE regexp_matches(title, $pattern);
UPDATE core.posts SET mentions = list_filter(mentions, lambda m: NOT regexp_matches(m, $pattern))
WHERE len(list_filter(mentions, lambda m: regexp_matches(m, $pattern))) > 0;
UPDATE core.posts SET in_reply_to = NULL WHERE in_reply_to IN (SELECT post_id FROM gone_posts);
UPDATE core.posts SET repost_of = NULL WHERE repost_of IN (SELECT post_id FROM gone_posts);
UPDATE core.posts SET quote_of = NULL WHERE quote_of IN (SELECT post_id FROM gone_posts);
