-- A Bluesky account is one, whether a table or the crawl brought it: ids that are the same everywhere need no name of a source before them.
CREATE OR REPLACE TEMP MACRO one_identity(id) AS
    CASE WHEN starts_with(id, 'bluesky:did:') THEN 'at:' || substr(id, 9)
         WHEN starts_with(id, 'bluesky:at://did:') THEN 'at:' || substr(id, 14) ELSE id END;

INSERT INTO core.accounts BY NAME
SELECT * REPLACE (one_identity(account_id) AS account_id) FROM core.accounts WHERE account_id <> one_identity(account_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.accounts WHERE account_id <> one_identity(account_id);

INSERT INTO core.account_observations BY NAME
SELECT * REPLACE (one_identity(account_id) AS account_id) FROM core.account_observations WHERE account_id <> one_identity(account_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.account_observations WHERE account_id <> one_identity(account_id);

INSERT INTO core.posts BY NAME
SELECT * REPLACE (one_identity(post_id) AS post_id) FROM core.posts WHERE post_id <> one_identity(post_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.posts WHERE post_id <> one_identity(post_id);

UPDATE core.posts
SET account_id = one_identity(account_id), in_reply_to = one_identity(in_reply_to), repost_of = one_identity(repost_of),
    quote_of = one_identity(quote_of), mentions = list_transform(mentions, lambda m: one_identity(m))
WHERE source = 'bluesky';

INSERT INTO core.post_observations BY NAME
SELECT * REPLACE (one_identity(post_id) AS post_id) FROM core.post_observations WHERE post_id <> one_identity(post_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.post_observations WHERE post_id <> one_identity(post_id);

INSERT INTO core.stated_ties BY NAME
SELECT * REPLACE (one_identity(from_account) AS from_account, one_identity(to_account) AS to_account) FROM core.stated_ties
WHERE from_account <> one_identity(from_account) OR to_account <> one_identity(to_account)
ON CONFLICT DO NOTHING;
DELETE FROM core.stated_ties WHERE from_account <> one_identity(from_account) OR to_account <> one_identity(to_account);

UPDATE core.ties SET from_account = one_identity(from_account), to_account = one_identity(to_account), evidence_post = one_identity(evidence_post)
WHERE from_account LIKE 'bluesky:%' OR to_account LIKE 'bluesky:%';

INSERT INTO core.brief_posts BY NAME
SELECT * REPLACE (one_identity(post_id) AS post_id) FROM core.brief_posts WHERE post_id <> one_identity(post_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.brief_posts WHERE post_id <> one_identity(post_id);

INSERT INTO core.brief_accounts BY NAME
SELECT * REPLACE (one_identity(account_id) AS account_id) FROM core.brief_accounts WHERE account_id <> one_identity(account_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.brief_accounts WHERE account_id <> one_identity(account_id);

INSERT INTO core.person_accounts BY NAME
SELECT * REPLACE (one_identity(account_id) AS account_id) FROM core.person_accounts WHERE account_id <> one_identity(account_id)
ON CONFLICT DO NOTHING;
DELETE FROM core.person_accounts WHERE account_id <> one_identity(account_id);

-- What was read in a text is read again under its new id.
DELETE FROM nlp.post_features WHERE post_id <> one_identity(post_id);
DELETE FROM nlp.judged WHERE post_id <> one_identity(post_id);
UPDATE detection.hits SET post_id = one_identity(post_id) WHERE post_id <> one_identity(post_id);
