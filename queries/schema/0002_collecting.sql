-- Collecting: cases and what happened to them, deletions, what could not be seen, what was posted to us.

ALTER TABLE mentions ADD COLUMN updated_at TIMESTAMP;     -- of two versions the later by (updated_at, sequence) wins
ALTER TABLE mentions ADD COLUMN sequence BIGINT;
ALTER TABLE mentions ADD COLUMN observed_at TIMESTAMP;    -- when the counters were read; the later observation wins
UPDATE mentions SET updated_at = edited_at;

CREATE TABLE cases (             -- current row: known_until_at IS NULL; one per case_id
    case_id        VARCHAR,      -- platform:native id
    item_id        VARCHAR,      -- the post it is about
    brand          VARCHAR,      -- that of the first public human reply, else record_brand
    record_brand   VARCHAR,      -- the one the record itself names
    platform       VARCHAR,
    channel        VARCHAR,
    opened_at      TIMESTAMP,
    customer_id    VARCHAR,      -- a pseudonym, unless the source allows identity links
    track          VARCHAR,
    priority       VARCHAR,
    owner          VARCHAR,
    unit           VARCHAR,
    subject        VARCHAR,
    url            VARCHAR,
    is_drill       BOOLEAN,
    updated_at     TIMESTAMP,    -- of two versions the later by (updated_at, sequence) wins
    sequence       BIGINT,
    source         VARCHAR,
    case_key       BIGINT,       -- 64 bits of case_id
    item_key       BIGINT,       -- 64 bits of item_id
    content_hash   BIGINT,       -- 64 bits of what the record says
    known_from_at  TIMESTAMP,
    known_until_at TIMESTAMP
);

CREATE TABLE case_events (       -- added, never changed; the truth of a case
    case_id        VARCHAR,
    event_id       VARCHAR,      -- the source's own; NULL: its content is its id
    kind           VARCHAR,
    source_words   VARCHAR,      -- what the source called it
    platform       VARCHAR,
    happened_at    TIMESTAMP,
    actor          VARCHAR,
    actor_kind     VARCHAR,      -- human, bot, customer
    team           VARCHAR,
    visibility     VARCHAR,      -- public, private, internal
    brand          VARCHAR,      -- for which brand the actor spoke
    owner          VARCHAR,
    track          VARCHAR,
    priority       VARCHAR,
    calendar       VARCHAR,
    reason         VARCHAR,
    place          VARCHAR,
    outcome        VARCHAR,
    amount         DOUBLE,
    score          DOUBLE,
    score_of       DOUBLE,
    other_case_id  VARCHAR,
    item_id        VARCHAR,
    text           VARCHAR,
    is_drill       BOOLEAN,
    source         VARCHAR,
    event_key      BIGINT,       -- 64 bits of case and event_id, else of case and content: each event once
    case_key       BIGINT,       -- 64 bits of case_id
    item_key       BIGINT,       -- 64 bits of item_id
    known_from_at  TIMESTAMP
);

CREATE TABLE tombstones (        -- what was deleted at its source
    tomb_key      BIGINT,        -- 64 bits of the item's id, or of platform and author
    is_author     BOOLEAN,       -- all posts of an author
    deleted_at    TIMESTAMP,
    source        VARCHAR,
    known_from_at TIMESTAMP
);

CREATE TABLE gaps (              -- when we were blind
    gap_key       BIGINT,        -- 64 bits of source, platform, kind and since_at
    source        VARCHAR,
    platform      VARCHAR,       -- whose posts; NULL = all that the source brings
    kind          VARCHAR,       -- gap: missing for good; outage: the source could not be read
    since_at      TIMESTAMP,
    until_at      TIMESTAMP,     -- NULL = still so
    sentence      VARCHAR,
    known_from_at TIMESTAMP,
    filled_at     TIMESTAMP      -- when a later reading brought what was missing; NULL = it is missing
);

CREATE TABLE inbox (             -- what was posted to us, as it came
    source      VARCHAR,
    number      BIGINT,          -- counts up per source
    delivery_id VARCHAR,
    received_at TIMESTAMP,
    headers     VARCHAR,         -- JSON
    body        BLOB
);

ALTER TABLE sources ADD COLUMN retention_days BIGINT;
ALTER TABLE sources ADD COLUMN silent_after_seconds BIGINT;    -- the silence alarm goes off then
ALTER TABLE sources ADD COLUMN platforms VARCHAR[];            -- whose posts it has brought
ALTER TABLE sources ADD COLUMN network VARCHAR;                -- JSON: breakers and clock offsets per host
ALTER TABLE sources ADD COLUMN not_before_at TIMESTAMP;        -- asked to wait until then
ALTER TABLE sources ADD COLUMN quota_left BIGINT;
ALTER TABLE sources ADD COLUMN quota_limit BIGINT;
ALTER TABLE sources ADD COLUMN quota_resets_at TIMESTAMP;
ALTER TABLE sources ADD COLUMN clock_offset_seconds DOUBLE;    -- the server's clock less ours
ALTER TABLE sources ADD COLUMN swept_at TIMESTAMP;             -- when it last looked further back
ALTER TABLE sources ADD COLUMN backfill VARCHAR;               -- JSON: since, cursor of a backfill under way
ALTER TABLE sources ADD COLUMN lag_seconds DOUBLE;             -- from publishing to knowing, of the newest record
ALTER TABLE sources ADD COLUMN kept_from_at TIMESTAMP;         -- what is older was deleted by retention_days
ALTER TABLE sources ADD COLUMN disabled VARCHAR;               -- why it is not read any more
ALTER TABLE sources ADD COLUMN options_hash VARCHAR;           -- what was disabled; other options are tried again

ALTER TABLE runs ADD COLUMN deleted_count BIGINT;
ALTER TABLE refused_rows ADD COLUMN field VARCHAR;             -- the field of ours that could not be filled
