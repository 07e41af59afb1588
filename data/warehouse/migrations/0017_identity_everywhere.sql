-- The Bluesky ids that 0008 renamed in core are renamed wherever a run or a person's id holds them; of two rows of one person, that of the newer id stays.
CREATE OR REPLACE TEMP MACRO one_identity(id) AS
    CASE WHEN starts_with(id, 'person:bluesky:did:') THEN 'person:at:' || substr(id, 16)
         WHEN starts_with(id, 'bluesky:did:') THEN 'at:' || substr(id, 9)
         WHEN starts_with(id, 'bluesky:at://did:') THEN 'at:' || substr(id, 14) ELSE id END;

INSERT INTO core.persons BY NAME
SELECT * REPLACE (one_identity(person_id) AS person_id) FROM core.persons WHERE person_id <> one_identity(person_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.persons WHERE person_id <> one_identity(person_id);
UPDATE core.person_accounts SET person_id = one_identity(person_id) WHERE person_id <> one_identity(person_id);

INSERT INTO core.reservations BY NAME
SELECT * REPLACE (one_identity(post_id) AS post_id) FROM core.reservations WHERE post_id <> one_identity(post_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.reservations WHERE post_id <> one_identity(post_id);
INSERT INTO core.expired BY NAME
SELECT * REPLACE (one_identity(post_id) AS post_id) FROM core.expired WHERE post_id <> one_identity(post_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.expired WHERE post_id <> one_identity(post_id);

DELETE FROM detection.candidates o WHERE o.person_id <> one_identity(o.person_id) AND EXISTS (
    FROM detection.candidates n WHERE n.run_id = o.run_id AND n.segment = o.segment AND n.person_id = one_identity(o.person_id));
UPDATE detection.candidates SET person_id = one_identity(person_id), account_id = one_identity(account_id)
WHERE person_id <> one_identity(person_id) OR account_id <> one_identity(account_id);

DELETE FROM detection.ecosystem o WHERE o.person_id <> one_identity(o.person_id) AND EXISTS (
    FROM detection.ecosystem n WHERE n.run_id = o.run_id AND n.segment = o.segment AND n.person_id = one_identity(o.person_id));
UPDATE detection.ecosystem SET person_id = one_identity(person_id), account_id = one_identity(account_id)
WHERE person_id <> one_identity(person_id) OR account_id <> one_identity(account_id);

DELETE FROM detection.relations o
WHERE (o.person_id <> one_identity(o.person_id) OR o.counterpart <> one_identity(o.counterpart)) AND EXISTS (
    FROM detection.relations n WHERE n.run_id = o.run_id AND n.person_id = one_identity(o.person_id)
        AND n.counterpart = one_identity(o.counterpart) AND n.counterpart_kind = o.counterpart_kind);
UPDATE detection.relations
SET person_id = one_identity(person_id), counterpart = one_identity(counterpart), posts = list_transform(posts, lambda p: one_identity(p))
WHERE person_id LIKE '%bluesky:%' OR counterpart LIKE '%bluesky:%' OR list_bool_or(list_transform(posts, lambda p: starts_with(p, 'bluesky:')));

UPDATE detection.communities SET leaders = list_transform(leaders, lambda p: one_identity(p))
WHERE list_bool_or(list_transform(leaders, lambda p: contains(p, 'bluesky:')));

DELETE FROM detection.hits o WHERE o.post_id <> one_identity(o.post_id) AND EXISTS (
    FROM detection.hits n WHERE n.run_id = o.run_id AND n.segment = o.segment AND n.post_id = one_identity(o.post_id));
UPDATE detection.hits SET post_id = one_identity(post_id) WHERE post_id <> one_identity(post_id);

DELETE FROM detection.sheets o WHERE o.person_id <> one_identity(o.person_id) AND EXISTS (
    FROM detection.sheets n WHERE n.run_id = o.run_id AND n.person_id = one_identity(o.person_id));
UPDATE detection.sheets
SET person_id = one_identity(person_id),
    what_json = regexp_replace(what_json::VARCHAR, '"(person:)?bluesky:(at://)?did:', '"\1at:did:', 'g')::JSON,
    when_json = regexp_replace(when_json::VARCHAR, '"(person:)?bluesky:(at://)?did:', '"\1at:did:', 'g')::JSON,
    where_json = regexp_replace(where_json::VARCHAR, '"(person:)?bluesky:(at://)?did:', '"\1at:did:', 'g')::JSON,
    who_json = regexp_replace(who_json::VARCHAR, '"(person:)?bluesky:(at://)?did:', '"\1at:did:', 'g')::JSON,
    how_json = regexp_replace(how_json::VARCHAR, '"(person:)?bluesky:(at://)?did:', '"\1at:did:', 'g')::JSON,
    why_json = regexp_replace(why_json::VARCHAR, '"(person:)?bluesky:(at://)?did:', '"\1at:did:', 'g')::JSON,
    evidence = regexp_replace(evidence::VARCHAR, '"(person:)?bluesky:(at://)?did:', '"\1at:did:', 'g')::JSON
WHERE regexp_matches(concat(person_id, what_json, when_json, where_json, who_json, how_json, why_json, evidence), 'bluesky:(at://)?did:');

UPDATE ecosystem.habits SET person_id = one_identity(person_id) WHERE person_id <> one_identity(person_id);
UPDATE ecosystem.overlaps SET person_id = one_identity(person_id), other_id = one_identity(other_id)
WHERE person_id <> one_identity(person_id) OR other_id <> one_identity(other_id);
UPDATE ecosystem.speakers SET person_id = one_identity(person_id), counterpart = one_identity(counterpart)
WHERE person_id <> one_identity(person_id) OR counterpart <> one_identity(counterpart);
UPDATE ecosystem.vitality SET person_id = one_identity(person_id), post_id = one_identity(post_id), counterpart = one_identity(counterpart)
WHERE person_id LIKE '%bluesky:%' OR post_id LIKE 'bluesky:%' OR counterpart LIKE '%bluesky:%';
UPDATE ecosystem.voice SET counterpart = one_identity(counterpart) WHERE counterpart <> one_identity(counterpart);
