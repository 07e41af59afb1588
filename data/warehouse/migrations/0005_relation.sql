-- Phases II and III of the method: copies of what teams record, made at publish. Money is integer cents.
CREATE SCHEMA relation;

CREATE TABLE relation.programmes (
    id           BIGINT,
    name         VARCHAR,
    department   VARCHAR,
    objective    VARCHAR,
    kpis         VARCHAR,
    tactics      VARCHAR,
    brand        VARCHAR,
    gap_days     BIGINT,
    monthly_cap  BIGINT,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.members (
    id           BIGINT,
    programme    VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    role         VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.owners (
    id           BIGINT,
    person_id    VARCHAR,
    account_id   VARCHAR,
    owner        VARCHAR,
    department   VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.flags (
    id           BIGINT,
    person_id    VARCHAR,
    account_id   VARCHAR,
    flag         VARCHAR,
    note         VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.selections (
    id           BIGINT,
    brief        VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    verdict      VARCHAR,
    why          VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.touchpoints (
    id           BIGINT,
    person_id    VARCHAR,
    account_id   VARCHAR,
    brief        VARCHAR,
    programme    VARCHAR,
    department   VARCHAR,
    action       VARCHAR,
    channel      VARCHAR,
    theme        VARCHAR,
    tone         VARCHAR,
    happened_at  TIMESTAMPTZ,
    quality      DOUBLE,
    note         VARCHAR,
    origin       VARCHAR,
    key          VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.consents (
    id            BIGINT,
    person_id     VARCHAR,
    account_id    VARCHAR,
    purpose       VARCHAR,
    evidence      VARCHAR,
    given_at      TIMESTAMPTZ,
    withdrawn_at  TIMESTAMPTZ,
    recorded_by   VARCHAR,
    recorded_at   TIMESTAMPTZ
);

CREATE TABLE relation.guidelines (
    id           BIGINT,
    theme        VARCHAR,
    stance       VARCHAR,
    wording      VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.benefits (
    id           BIGINT,
    person_id    VARCHAR,
    account_id   VARCHAR,
    programme    VARCHAR,
    benefit      VARCHAR,
    value_cents  BIGINT,
    happened_at  TIMESTAMPTZ,
    why          VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.agreements (
    id             BIGINT,
    person_id      VARCHAR,
    account_id     VARCHAR,
    campaign       VARCHAR,
    advertiser     VARCHAR,
    objective      VARCHAR,
    parties        VARCHAR,
    tax_residence  VARCHAR,
    mission        VARCHAR,
    autonomy       VARCHAR,
    validator      VARCHAR,
    rounds         BIGINT,
    delay_days     BIGINT,
    pay_cents      BIGINT,
    gift_cents     BIGINT,
    rights         VARCHAR,
    law            VARCHAR,
    signed_at      TIMESTAMPTZ,
    recorded_by    VARCHAR,
    recorded_at    TIMESTAMPTZ
);

CREATE TABLE relation.payments (
    id            BIGINT,
    person_id     VARCHAR,
    account_id    VARCHAR,
    campaign      VARCHAR,
    advertiser    VARCHAR,
    objective     VARCHAR,
    kind          VARCHAR,
    amount_cents  BIGINT,
    happened_at   TIMESTAMPTZ,
    note          VARCHAR,
    recorded_by   VARCHAR,
    recorded_at   TIMESTAMPTZ
);

CREATE TABLE relation.reminders (
    id           BIGINT,
    person_id    VARCHAR,
    account_id   VARCHAR,
    due          TIMESTAMPTZ,
    what         VARCHAR,
    assignee     VARCHAR,
    done_at      TIMESTAMPTZ,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.proximity (
    id           BIGINT,
    brief        VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    period_end   TIMESTAMPTZ,
    score        DOUBLE,
    stage        VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE relation.history (
    id          BIGINT,
    record      VARCHAR,
    record_id   BIGINT,
    person_id   VARCHAR,
    account_id  VARCHAR,
    field       VARCHAR,
    before      VARCHAR,
    after       VARCHAR,
    why         VARCHAR,
    changed_by  VARCHAR,
    changed_at  TIMESTAMPTZ
);
CREATE SCHEMA execution;

CREATE TABLE execution.campaigns (
    id            BIGINT,
    name          VARCHAR,
    brief         VARCHAR,
    programme     VARCHAR,
    kind          VARCHAR,
    objective     VARCHAR,
    advertiser    VARCHAR,
    market        VARCHAR,
    starts        TIMESTAMPTZ,
    ends          TIMESTAMPTZ,
    budget_cents  BIGINT,
    main_kpi      VARCHAR,
    recorded_by   VARCHAR,
    recorded_at   TIMESTAMPTZ
);

CREATE TABLE execution.sections (
    id           BIGINT,
    campaign     VARCHAR,
    section      VARCHAR,
    lang         VARCHAR,
    text         VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE execution.milestones (
    id           BIGINT,
    campaign     VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    due          TIMESTAMPTZ,
    what         VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE execution.notices (
    id           BIGINT,
    campaign     VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    what         VARCHAR,
    why          VARCHAR,
    told_at      TIMESTAMPTZ,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE execution.deliverables (
    id           BIGINT,
    campaign     VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    format       VARCHAR,
    channel      VARCHAR,
    due          TIMESTAMPTZ,
    post_id      VARCHAR,
    appeared_at  TIMESTAMPTZ,
    disclosure   VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE execution.codes (
    id           BIGINT,
    campaign     VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    kind         VARCHAR,
    value        VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE execution.kpi_values (
    id           BIGINT,
    campaign     VARCHAR,
    person_id    VARCHAR,
    account_id   VARCHAR,
    kpi          VARCHAR,
    family       VARCHAR,
    value        DOUBLE,
    counted_at   TIMESTAMPTZ,
    origin       VARCHAR,
    key          VARCHAR,
    recorded_by  VARCHAR,
    recorded_at  TIMESTAMPTZ
);

CREATE TABLE execution.forecasts (
    id             BIGINT,
    campaign       VARCHAR,
    person_id      VARCHAR,
    account_id     VARCHAR,
    made_at        TIMESTAMPTZ,
    posts          BIGINT,
    low            DOUBLE,
    median         DOUBLE,
    high           DOUBLE,
    observed       DOUBLE,
    observed_post  VARCHAR,
    checked_at     TIMESTAMPTZ,
    recorded_by    VARCHAR,
    recorded_at    TIMESTAMPTZ
);
