-- The brand kit of a brief: what a partner receives with the campaign's brief.
CREATE TABLE relation.assets (
    id           BIGINT,
    brief        VARCHAR,
    kind         VARCHAR,
    title        VARCHAR,
    lang         VARCHAR,
    content      VARCHAR,
    link         VARCHAR,
    file         VARCHAR,
    file_hash    VARCHAR,
    withdrawn_at TIMESTAMPTZ,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);
