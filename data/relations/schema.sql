-- What a team records about people and campaigns. Every row says who recorded it and when; `history` keeps what it said before.
CREATE TABLE IF NOT EXISTS programmes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, department TEXT NOT NULL, objective TEXT, kpis TEXT, tactics TEXT, brand TEXT,
    gap_days INTEGER NOT NULL DEFAULT 14 CHECK (gap_days >= 0), monthly_cap INTEGER NOT NULL DEFAULT 4 CHECK (monthly_cap > 0),
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS members (
    id INTEGER PRIMARY KEY, programme TEXT NOT NULL, account_id TEXT NOT NULL, role TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL, UNIQUE (programme, account_id)
);
CREATE TABLE IF NOT EXISTS owners (
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, department TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS flags (
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL,
    flag TEXT NOT NULL CHECK (flag IN ('employee', 'journalist', 'open_case', 'maybe_minor')), note TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL, UNIQUE (account_id, flag)
);
CREATE TABLE IF NOT EXISTS selections (
    id INTEGER PRIMARY KEY, brief TEXT NOT NULL, account_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('shortlist', 'accept', 'hold', 'refuse')), why TEXT NOT NULL,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS touchpoints (
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, brief TEXT NOT NULL, programme TEXT, department TEXT, action TEXT NOT NULL,
    channel TEXT, theme TEXT, tone TEXT CHECK (tone IN ('negative', 'neutral', 'positive')), happened_at TEXT NOT NULL,
    quality REAL NOT NULL DEFAULT 1 CHECK (quality BETWEEN 0 AND 2), note TEXT, origin TEXT NOT NULL DEFAULT 'hand', key TEXT UNIQUE,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS touchpoints_by_account ON touchpoints (account_id, happened_at);
CREATE TABLE IF NOT EXISTS consents (
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, purpose TEXT NOT NULL, evidence TEXT NOT NULL, given_at TEXT NOT NULL,
    withdrawn_at TEXT, recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL, UNIQUE (account_id, purpose)
);
CREATE TABLE IF NOT EXISTS guidelines (
    id INTEGER PRIMARY KEY, theme TEXT NOT NULL UNIQUE, stance TEXT NOT NULL CHECK (stance IN ('say', 'avoid')), wording TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS benefits (
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, programme TEXT, benefit TEXT NOT NULL, value_cents INTEGER CHECK (value_cents >= 0),
    happened_at TEXT NOT NULL, why TEXT, recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS agreements (
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, campaign TEXT NOT NULL, advertiser TEXT, objective TEXT, parties TEXT,
    tax_residence TEXT, mission TEXT, autonomy TEXT CHECK (autonomy IN ('free', 'guided', 'validated')), validator TEXT,
    rounds INTEGER CHECK (rounds >= 0), delay_days INTEGER CHECK (delay_days >= 0), pay_cents INTEGER CHECK (pay_cents >= 0),
    gift_cents INTEGER CHECK (gift_cents >= 0), rights TEXT, law TEXT, signed_at TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL, UNIQUE (campaign, account_id)
);
CREATE TABLE IF NOT EXISTS payments (
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, campaign TEXT, advertiser TEXT NOT NULL, objective TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pay', 'gift')), amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0), happened_at TEXT NOT NULL,
    note TEXT, recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reminders (
    id INTEGER PRIMARY KEY, account_id TEXT NOT NULL, due TEXT NOT NULL, what TEXT NOT NULL, assignee TEXT, done_at TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS proximity (
    id INTEGER PRIMARY KEY, brief TEXT NOT NULL, account_id TEXT NOT NULL, period_end TEXT NOT NULL, score REAL, stage TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS campaigns (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, brief TEXT NOT NULL, programme TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('recurring', 'one_shot', 'event', 'lobbying')), objective TEXT, advertiser TEXT, market TEXT,
    starts TEXT NOT NULL, ends TEXT NOT NULL, budget_cents INTEGER CHECK (budget_cents >= 0), main_kpi TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sections (
    id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, section TEXT NOT NULL, lang TEXT NOT NULL CHECK (lang IN ('fr', 'en')),
    text TEXT NOT NULL, recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL, UNIQUE (campaign, section, lang)
);
CREATE TABLE IF NOT EXISTS milestones (
    id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, account_id TEXT, due TEXT NOT NULL, what TEXT NOT NULL,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, account_id TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL, told_at TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS deliverables (
    id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, account_id TEXT NOT NULL, format TEXT NOT NULL, channel TEXT, due TEXT NOT NULL,
    post_id TEXT, appeared_at TEXT, disclosure TEXT, recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS codes (
    id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, account_id TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('code', 'utm')),
    value TEXT NOT NULL, recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL, UNIQUE (campaign, kind, value)
);
CREATE TABLE IF NOT EXISTS kpi_values (
    id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, account_id TEXT, kpi TEXT NOT NULL,
    family TEXT NOT NULL CHECK (family IN ('social', 'digital', 'business')), value REAL NOT NULL, counted_at TEXT NOT NULL,
    origin TEXT NOT NULL DEFAULT 'hand', key TEXT UNIQUE, recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS forecasts (
    id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, account_id TEXT NOT NULL, made_at TEXT NOT NULL, posts INTEGER NOT NULL,
    low REAL NOT NULL, median REAL NOT NULL, high REAL NOT NULL, observed REAL, observed_post TEXT, checked_at TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS assets (
    id INTEGER PRIMARY KEY, brief TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, lang TEXT NOT NULL CHECK (lang IN ('fr', 'en')),
    content TEXT, link TEXT, file TEXT, file_hash TEXT, withdrawn_at TEXT, recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL,
    UNIQUE (brief, kind, title, lang)
);
CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY, brief TEXT NOT NULL, account_id TEXT NOT NULL, text TEXT NOT NULL, field TEXT, withdrawn_at TEXT,
    recorded_by TEXT NOT NULL, recorded_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY, record TEXT NOT NULL, record_id INTEGER NOT NULL, account_id TEXT, field TEXT NOT NULL, before TEXT,
    after TEXT, why TEXT NOT NULL, changed_by TEXT NOT NULL, changed_at TEXT NOT NULL
);
