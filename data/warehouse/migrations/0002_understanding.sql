-- What was read in each text, once per text and model version.
CREATE SCHEMA nlp;

CREATE TABLE nlp.post_features (
    post_id        VARCHAR PRIMARY KEY,
    text_hash      UBIGINT NOT NULL,
    model_version  VARCHAR NOT NULL,
    language       VARCHAR,
    tone           VARCHAR,
    tone_score     FLOAT,
    disclosure     VARCHAR,
    disclosure_terms VARCHAR[]
);

-- Which (brief, text) pairs were judged, so that a run reads only what is new.
CREATE TABLE nlp.judged (
    brief       VARCHAR NOT NULL,
    post_id     VARCHAR NOT NULL,
    text_hash   UBIGINT NOT NULL,
    query_hash  VARCHAR NOT NULL,
    PRIMARY KEY (brief, post_id)
);

-- On how many posts each brief's subject was last learned.
CREATE TABLE nlp.fitted (
    brief       VARCHAR PRIMARY KEY,
    query_hash  VARCHAR NOT NULL,
    posts       BIGINT NOT NULL
);
