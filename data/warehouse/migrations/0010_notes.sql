-- Free notes of the team about people, beside decisions and labels.
CREATE TABLE relation.notes (
    id           BIGINT,
    brief        VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    text         VARCHAR,
    withdrawn_at TIMESTAMPTZ,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);
