-- The accounts and posts that the brief sees, and the accounts that its posts and persons name.
CREATE OR REPLACE TEMP TABLE scope_posts AS
SELECT b.post_id, b.found_via FROM store.core.brief_posts b WHERE b.brief = $brief;

CREATE OR REPLACE TEMP TABLE scope_accounts AS
SELECT account_id, any_value(found_via) AS found_via
FROM (
    SELECT account_id, found_via FROM store.core.brief_accounts WHERE brief = $brief
    UNION ALL
    SELECT p.account_id, NULL FROM store.core.posts p SEMI JOIN scope_posts USING (post_id)
)
GROUP BY account_id;
