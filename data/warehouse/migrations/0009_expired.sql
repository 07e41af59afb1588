-- Posts whose words were erased because their time was over: a later crawl or import does not bring them back.
CREATE TABLE core.expired (
    post_id     VARCHAR PRIMARY KEY,
    expired_at  TIMESTAMPTZ NOT NULL
);
