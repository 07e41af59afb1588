-- Who refuses after the fact is obeyed too: no words of theirs are kept, and of who denies altogether no post either.
CREATE OR REPLACE TEMP TABLE refused_posts AS
SELECT p.post_id, a.consent
FROM core.posts p JOIN core.accounts a ON a.account_id = p.account_id
WHERE a.consent = 'deny' OR (a.consent = 'restricted' AND (p.text IS NOT NULL OR p.title IS NOT NULL));

UPDATE core.posts SET text = NULL, title = NULL
WHERE post_id IN (SELECT post_id FROM refused_posts WHERE consent = 'restricted');

DELETE FROM nlp.post_features WHERE post_id IN (SELECT post_id FROM refused_posts);

DELETE FROM core.post_observations WHERE post_id IN (SELECT post_id FROM refused_posts WHERE consent = 'deny');

DELETE FROM core.brief_posts WHERE post_id IN (SELECT post_id FROM refused_posts WHERE consent = 'deny');

DELETE FROM core.posts WHERE post_id IN (SELECT post_id FROM refused_posts WHERE consent = 'deny');
