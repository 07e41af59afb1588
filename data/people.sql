CREATE TABLE IF NOT EXISTS decisions (
    id          INTEGER PRIMARY KEY,
    brief       TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('in', 'out', 'undecided')),
    why         TEXT NOT NULL,
    decided_by  TEXT NOT NULL,
    decided_at  TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS decisions_by_account ON decisions (brief, account_id, id);

CREATE VIEW IF NOT EXISTS standing_decisions AS
SELECT d.* FROM decisions d
WHERE d.id = (SELECT max(id) FROM decisions o WHERE o.brief = d.brief AND o.account_id = d.account_id);

CREATE TABLE IF NOT EXISTS suppressed (
    fingerprint TEXT PRIMARY KEY,
    why         TEXT NOT NULL,
    at          TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS secrets (
    name   TEXT PRIMARY KEY,
    value  TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS overrides (
    id          INTEGER PRIMARY KEY,
    brief       TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('role', 'label')),
    word        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('given', 'refused', 'withdrawn')),
    why         TEXT NOT NULL,
    decided_by  TEXT NOT NULL,
    decided_at  TEXT NOT NULL
);
