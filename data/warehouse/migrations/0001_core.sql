-- The records: what was seen, of whom, and when. Unknown is NULL, never 0.
CREATE SCHEMA core;

CREATE TABLE core.accounts (
    account_id    VARCHAR PRIMARY KEY,
    source        VARCHAR NOT NULL,
    native_id     VARCHAR NOT NULL,
    instance      VARCHAR,
    handle        VARCHAR,
    display_name  VARCHAR,
    url           VARCHAR,
    summary       VARCHAR,
    location      VARCHAR,
    language      VARCHAR,
    created_at    TIMESTAMPTZ,
    is_automated  BOOLEAN,
    consent       VARCHAR NOT NULL DEFAULT 'allow',
    consent_signals VARCHAR[],
    links         VARCHAR[],
    verified_links VARCHAR[],
    moved_to      VARCHAR,
    status        VARCHAR,
    first_seen    TIMESTAMPTZ,
    last_seen     TIMESTAMPTZ,
    extra         JSON
);

CREATE TABLE core.account_observations (
    account_id   VARCHAR NOT NULL,
    observed_at  TIMESTAMPTZ NOT NULL,
    followers    BIGINT,
    following    BIGINT,
    posts        BIGINT,
    listed       BIGINT,
    PRIMARY KEY (account_id, observed_at)
);

CREATE TABLE core.posts (
    post_id       VARCHAR PRIMARY KEY,
    account_id    VARCHAR NOT NULL,
    source        VARCHAR NOT NULL,
    native_id     VARCHAR NOT NULL,
    kind          VARCHAR NOT NULL,
    published_at  TIMESTAMPTZ NOT NULL,
    edited_at     TIMESTAMPTZ,
    language      VARCHAR,
    declared_language VARCHAR,
    title         VARCHAR,
    text          VARCHAR,
    url           VARCHAR,
    in_reply_to   VARCHAR,
    repost_of     VARCHAR,
    quote_of      VARCHAR,
    tags          VARCHAR[],
    hashtags      VARCHAR[],
    mentions      VARCHAR[],
    links         VARCHAR[],
    deleted_at    TIMESTAMPTZ,
    first_seen    TIMESTAMPTZ,
    last_seen     TIMESTAMPTZ,
    extra         JSON
);

CREATE TABLE core.post_observations (
    post_id      VARCHAR NOT NULL,
    observed_at  TIMESTAMPTZ NOT NULL,
    likes        BIGINT,
    reposts      BIGINT,
    replies      BIGINT,
    quotes       BIGINT,
    views        BIGINT,
    score        BIGINT,
    PRIMARY KEY (post_id, observed_at)
);

-- Ties that a source states by itself (follows, endorsements, imported ties). Those that follow from posts are derived into core.ties.
CREATE TABLE core.stated_ties (
    from_account  VARCHAR NOT NULL,
    to_account    VARCHAR NOT NULL,
    kind          VARCHAR NOT NULL,
    tied_at       TIMESTAMPTZ NOT NULL,
    weight        DOUBLE NOT NULL DEFAULT 1,
    seen_at       TIMESTAMPTZ,
    PRIMARY KEY (from_account, to_account, kind, tied_at)
);

CREATE TABLE core.ties (
    from_account  VARCHAR NOT NULL,
    to_account    VARCHAR NOT NULL,
    kind          VARCHAR NOT NULL,
    weight        DOUBLE NOT NULL,
    first_at      TIMESTAMPTZ,
    last_at       TIMESTAMPTZ,
    evidence_post VARCHAR
);

CREATE TABLE core.brief_posts (
    brief      VARCHAR NOT NULL,
    post_id    VARCHAR NOT NULL,
    found_via  VARCHAR,
    PRIMARY KEY (brief, post_id)
);

CREATE TABLE core.brief_accounts (
    brief       VARCHAR NOT NULL,
    account_id  VARCHAR NOT NULL,
    found_via   VARCHAR,
    PRIMARY KEY (brief, account_id)
);

CREATE TABLE core.persons (
    person_id     VARCHAR PRIMARY KEY,
    display_name  VARCHAR
);

CREATE TABLE core.person_accounts (
    person_id   VARCHAR NOT NULL,
    account_id  VARCHAR NOT NULL,
    evidence    VARCHAR,
    decided_by  VARCHAR,
    PRIMARY KEY (account_id)
);
