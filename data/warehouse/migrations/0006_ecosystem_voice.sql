-- The ecosystem around the brand: share of voice, vitality, who speaks, habits, shared audiences.
CREATE SCHEMA IF NOT EXISTS ecosystem;

CREATE TABLE ecosystem.voice (
    brief             VARCHAR NOT NULL,
    run_id            VARCHAR NOT NULL,
    segment           VARCHAR,
    counterpart       VARCHAR NOT NULL,
    counterpart_kind  VARCHAR NOT NULL,
    posts             INTEGER NOT NULL,
    authors           INTEGER NOT NULL,
    tone              DOUBLE,
    tone_n            INTEGER NOT NULL,
    positive          INTEGER NOT NULL,
    neutral           INTEGER NOT NULL,
    negative          INTEGER NOT NULL,
    first_at          TIMESTAMPTZ,
    last_at           TIMESTAMPTZ,
    share_posts       DOUBLE,
    share_authors     DOUBLE,
    share_reach       DOUBLE,
    share_engagement  DOUBLE,
    attention_share   DOUBLE,
    vitality          DOUBLE,
    share_vitality    DOUBLE
);

CREATE TABLE ecosystem.vitality (
    brief             VARCHAR NOT NULL,
    run_id            VARCHAR NOT NULL,
    post_id           VARCHAR NOT NULL,
    person_id         VARCHAR NOT NULL,
    counterpart       VARCHAR NOT NULL,
    counterpart_kind  VARCHAR NOT NULL,
    published_at      TIMESTAMPTZ NOT NULL,
    effective_reach   DOUBLE,
    engagements       DOUBLE,
    visibility        DOUBLE,
    impact            DOUBLE,
    trust             DOUBLE NOT NULL,
    vitality          DOUBLE,
    tone              DOUBLE
);

CREATE TABLE ecosystem.speakers (
    brief             VARCHAR NOT NULL,
    run_id            VARCHAR NOT NULL,
    person_id         VARCHAR NOT NULL,
    segment           VARCHAR,
    counterpart       VARCHAR NOT NULL,
    counterpart_kind  VARCHAR NOT NULL,
    posts             INTEGER NOT NULL,
    share             DOUBLE NOT NULL,
    tone              DOUBLE,
    tone_n            INTEGER NOT NULL,
    first_at          TIMESTAMPTZ NOT NULL,
    last_at           TIMESTAMPTZ NOT NULL,
    attention_share   DOUBLE,
    vitality          DOUBLE,
    exclusivity       DOUBLE
);

CREATE TABLE ecosystem.habits (
    brief               VARCHAR NOT NULL,
    run_id              VARCHAR NOT NULL,
    person_id           VARCHAR NOT NULL,
    posts_90            INTEGER NOT NULL,
    sponsored_90        INTEGER,
    saturation          DOUBLE,
    asked               INTEGER NOT NULL,
    answered            INTEGER NOT NULL,
    answer_rate         DOUBLE,
    answer_rate_low     DOUBLE,
    answer_rate_high    DOUBLE,
    answer_hours        DOUBLE,
    follows_known       BOOLEAN NOT NULL
);

CREATE TABLE ecosystem.overlaps (
    brief           VARCHAR NOT NULL,
    run_id          VARCHAR NOT NULL,
    segment         VARCHAR NOT NULL,
    person_id       VARCHAR NOT NULL,
    other_id        VARCHAR NOT NULL,
    audience        INTEGER NOT NULL,
    other_audience  INTEGER NOT NULL,
    shared          INTEGER NOT NULL,
    jaccard         DOUBLE NOT NULL,
    containment     DOUBLE NOT NULL
);

-- What a run took over from an earlier one instead of computing it again, because little had changed.
CREATE TABLE ecosystem.carried (
    brief      VARCHAR NOT NULL,
    run_id     VARCHAR NOT NULL,
    segment    VARCHAR,
    part       VARCHAR NOT NULL,
    from_run   VARCHAR NOT NULL,
    changed    DOUBLE NOT NULL,
    drift      DOUBLE NOT NULL
);
