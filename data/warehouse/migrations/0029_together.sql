-- Who is named in one breath with whom: a tie that neither of them gave.
CREATE TABLE ecosystem.together (
    brief          VARCHAR NOT NULL,
    run_id         VARCHAR NOT NULL,
    person_id      VARCHAR NOT NULL,
    other_id       VARCHAR NOT NULL,
    namers         INTEGER NOT NULL,
    posts          INTEGER NOT NULL,
    first_at       TIMESTAMPTZ,
    last_at        TIMESTAMPTZ,
    evidence_post  VARCHAR
);
