-- What each segment of a run was computed by: only what the very same code drew is taken over by a later run.
CREATE TABLE ecosystem.methods (
    brief    VARCHAR NOT NULL,
    run_id   VARCHAR NOT NULL,
    segment  VARCHAR NOT NULL,
    method   VARCHAR NOT NULL,
    error    DOUBLE NOT NULL
);
