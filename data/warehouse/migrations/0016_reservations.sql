-- What the site of a post, or its page, says against a use of its words; obeyed per purpose.
CREATE TABLE core.reservations (
    post_id VARCHAR PRIMARY KEY,
    wishes  VARCHAR[] NOT NULL,
    model   BOOLEAN NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);
