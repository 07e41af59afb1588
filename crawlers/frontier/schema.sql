-- One brief's crawls: what was asked of whom, what it yielded, how each host wants to be treated.
CREATE TABLE IF NOT EXISTS crawls (
    cycle       INTEGER PRIMARY KEY,
    brief       TEXT NOT NULL,
    started_at  REAL NOT NULL,
    finished_at REAL,
    state       TEXT NOT NULL DEFAULT 'running',      -- running, done, stopped (why in stop)
    stop        TEXT
);
CREATE TABLE IF NOT EXISTS requests (
    id            INTEGER PRIMARY KEY,
    cycle         INTEGER NOT NULL,
    fingerprint   TEXT NOT NULL,
    source        TEXT NOT NULL,
    origin        TEXT NOT NULL,                      -- scheme://host:port
    url           TEXT NOT NULL,
    accept        TEXT,
    purpose       TEXT NOT NULL,
    payload       TEXT NOT NULL,
    account       TEXT,
    hop           INTEGER NOT NULL,
    priority      REAL NOT NULL,
    why           TEXT,
    parent        INTEGER,
    recurring     INTEGER NOT NULL,
    chain         INTEGER NOT NULL,
    mark          TEXT,
    mark_param    TEXT,
    stamp         TEXT,
    state         TEXT NOT NULL DEFAULT 'queued',     -- queued, in_flight, done, fresh, failed, refused, dropped
    tries         INTEGER NOT NULL DEFAULT 0,
    not_before    REAL NOT NULL DEFAULT 0,
    queued_at     REAL NOT NULL,
    sent_at       REAL,
    done_at       REAL,
    status        INTEGER,
    bytes         INTEGER,
    error         TEXT,
    new_records   INTEGER,
    who           TEXT,                               -- whom it is about, as `people` names them
    gain          REAL,                               -- what it told of them, or of the subject
    relevant      INTEGER,                            -- posts on the subject that were never seen before
    UNIQUE (cycle, fingerprint)
);
CREATE INDEX IF NOT EXISTS requests_queue ON requests (origin, priority DESC, id) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS requests_due ON requests (origin, not_before) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS requests_layers ON requests (origin, hop) WHERE state = 'queued' AND purpose NOT IN ('robots', 'tdm');
CREATE INDEX IF NOT EXISTS requests_flying ON requests (id) WHERE state = 'in_flight';
CREATE INDEX IF NOT EXISTS requests_about ON requests (who) WHERE state = 'queued' AND who IS NOT NULL;
CREATE INDEX IF NOT EXISTS requests_again ON requests (cycle) WHERE recurring = 1;
CREATE TABLE IF NOT EXISTS records (
    seq         INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    uid         TEXT NOT NULL,
    home        INTEGER NOT NULL,                     -- 1: told by the server that is its home
    payload     TEXT NOT NULL,                        -- one JSON line of the project's own records
    cycle       INTEGER NOT NULL,
    request_id  INTEGER NOT NULL,
    source      TEXT NOT NULL,
    hop         INTEGER NOT NULL,
    fetched_at  REAL NOT NULL,
    UNIQUE (kind, uid)
);
CREATE TABLE IF NOT EXISTS seen (                     -- ids ever recorded: what is new is told by them
    kind       TEXT NOT NULL,
    uid        TEXT NOT NULL,
    request_id INTEGER,                               -- the request that told of it first
    PRIMARY KEY (kind, uid)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS people (                   -- what is known of each person before a visit (crawlers/priority.py)
    who       TEXT PRIMARY KEY,
    links     INTEGER NOT NULL DEFAULT 0,
    warm      REAL NOT NULL DEFAULT 0,
    posts     INTEGER NOT NULL DEFAULT 0,
    fit       REAL NOT NULL DEFAULT 0,
    attention REAL NOT NULL DEFAULT 0,
    heard     REAL NOT NULL DEFAULT 0,
    audience  REAL,
    home      INTEGER NOT NULL DEFAULT 0,
    worth     REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS names (                    -- how mentions name a person → the account id
    name TEXT PRIMARY KEY, who TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pointed (pair INTEGER PRIMARY KEY);  -- hashes of who pointed at whom: each counts once
CREATE TABLE IF NOT EXISTS yields (                   -- what lists of one kind and host have told so far
    source TEXT NOT NULL, purpose TEXT NOT NULL, origin TEXT NOT NULL,
    answers INTEGER NOT NULL, told INTEGER NOT NULL, relevant REAL NOT NULL,
    PRIMARY KEY (source, purpose, origin)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS learned (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS ways (                     -- by which timeline, search or link a record was found
    kind TEXT NOT NULL,
    uid  TEXT NOT NULL,
    way  TEXT NOT NULL,
    PRIMARY KEY (kind, uid)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hosts (
    origin        TEXT PRIMARY KEY,
    delay         REAL NOT NULL,
    connections   INTEGER NOT NULL,
    in_flight     INTEGER NOT NULL DEFAULT 0,
    next_at       REAL NOT NULL DEFAULT 0,
    backoff_until REAL NOT NULL DEFAULT 0,
    backoffs      INTEGER NOT NULL DEFAULT 0,         -- in a row
    waited        REAL NOT NULL DEFAULT 0,            -- seconds of backoff in a row
    failures      INTEGER NOT NULL DEFAULT 0,         -- network failures in a row
    crawl_delay   REAL,
    ceiling       INTEGER,
    remaining     INTEGER,
    resets_at     REAL,
    dead          TEXT,
    robots        TEXT,
    robots_status INTEGER,
    robots_at     REAL,
    sent          INTEGER NOT NULL DEFAULT 0,         -- requests of this cycle, robots.txt and reservations aside
    tdm           TEXT,                               -- /.well-known/tdmrep.json, where its source reads sites
    tdm_at        REAL,
    tdm_pending   INTEGER NOT NULL DEFAULT 0          -- 1: asked for, nothing else is read before it is known
);
CREATE TABLE IF NOT EXISTS validators (
    fingerprint   TEXT PRIMARY KEY,
    etag          TEXT,
    last_modified TEXT,
    stamp         TEXT,
    fetched_at    REAL NOT NULL,
    fresh_until   REAL                                -- as its Cache-Control says: not sent again before
);
CREATE TABLE IF NOT EXISTS polls (                    -- how often what recurs was read and had changed (crawlers/polling.py)
    fingerprint TEXT PRIMARY KEY,
    first_at REAL NOT NULL, last_at REAL NOT NULL,
    times    INTEGER NOT NULL,
    visits   REAL NOT NULL, changes REAL NOT NULL, elapsed REAL NOT NULL, -- older ones count less
    digest   TEXT,                                    -- of what it said last, counts aside
    due_at   REAL NOT NULL                            -- no change is expected before
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stops (                    -- sources ended because they had nothing more to tell
    cycle INTEGER NOT NULL, source TEXT NOT NULL, window INTEGER NOT NULL, brought INTEGER NOT NULL,
    least INTEGER NOT NULL, on_subject INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (cycle, source)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aliases (                  -- how a server numbers a post → the post
    alias TEXT PRIMARY KEY, uid TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notes (
    cycle INTEGER NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (cycle, source, name)
);
CREATE TABLE IF NOT EXISTS consents (
    account_id TEXT PRIMARY KEY, decision TEXT NOT NULL, seen_at REAL NOT NULL,
    source     TEXT,
    note       TEXT,                                  -- that it was taken back, and when
    told_by    TEXT                                   -- fingerprint of the request that told it: it is asked again
);
CREATE TABLE IF NOT EXISTS served (                   -- accounts a cycle has asked about
    cycle INTEGER NOT NULL, account TEXT NOT NULL, PRIMARY KEY (cycle, account)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS troubles (
    cycle INTEGER NOT NULL, source TEXT NOT NULL, origin TEXT NOT NULL, kind TEXT NOT NULL,
    detail TEXT, times INTEGER NOT NULL, PRIMARY KEY (cycle, source, origin, kind)
);
CREATE TABLE IF NOT EXISTS refusals (
    cycle INTEGER NOT NULL, source TEXT NOT NULL, records INTEGER NOT NULL, PRIMARY KEY (cycle, source)
);
CREATE VIEW IF NOT EXISTS ledger AS
SELECT cycle, source, origin, purpose, url, state, status, error, tries, bytes, new_records, relevant, gain, hop, priority, who, why, parent,
       datetime(queued_at, 'unixepoch') AS queued_at, datetime(sent_at, 'unixepoch') AS sent_at,
       datetime(done_at, 'unixepoch') AS done_at
FROM requests;
