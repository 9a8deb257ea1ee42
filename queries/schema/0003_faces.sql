-- The faces: who may look, who is awake where, what was handed to the executive, and the demo's own truth.

ALTER TABLE sources ADD COLUMN brings VARCHAR[];           -- what it has brought: mentions, cases
ALTER TABLE sources ADD COLUMN history_from_at TIMESTAMP;  -- how far back it has filled its history in
ALTER TABLE sources ADD COLUMN history_wanted_at TIMESTAMP; -- how far back it will; NULL = it fills nothing in

ALTER TABLE mentions ADD COLUMN search_text VARCHAR;       -- the text in composed letters, all small: what is searched
UPDATE mentions SET search_text = lower(nfc_normalize(text));

CREATE TABLE shifts (            -- instants of the roster in the site file; current row: known_until_at IS NULL
    site           VARCHAR,
    timezone       VARCHAR,      -- IANA
    team           VARCHAR,
    languages      VARCHAR[],
    heads          BIGINT,
    starts_at      TIMESTAMP,
    ends_at        TIMESTAMP,
    known_from_at  TIMESTAMP,
    known_until_at TIMESTAMP
);

CREATE TABLE people (
    name          VARCHAR,
    role          VARCHAR,       -- viewer, analyst, operator, admin
    password_hash VARCHAR,
    created_at    TIMESTAMP
);

CREATE TABLE sessions (          -- who is signed in
    session_hash VARCHAR,        -- of what the cookie holds; the cookie's own text is kept nowhere
    person       VARCHAR,
    created_at   TIMESTAMP,
    expires_at   TIMESTAMP
);

CREATE TABLE tokens (            -- what programs show instead of a password
    token_hash VARCHAR,
    person     VARCHAR,
    name       VARCHAR,
    created_at TIMESTAMP
);

CREATE TABLE snapshots (         -- each page handed to the executive, as it was made
    week        VARCHAR,         -- ISO week: 2026-W46
    since_at    TIMESTAMP,
    until_at    TIMESTAMP,
    made_at     TIMESTAMP,
    revision    BIGINT,
    inputs_hash VARCHAR,         -- of every input: answers, assumptions, goals
    html        VARCHAR
);

CREATE TABLE demo_truth (        -- what the demo planted; no question reads it, tests compare with it
    source   VARCHAR,
    kind     VARCHAR,            -- incident, outage, roster_hole, lead, campaign, launch, holiday
    subject  VARCHAR,
    since_at TIMESTAMP,
    until_at TIMESTAMP,
    detail   VARCHAR             -- JSON
);
