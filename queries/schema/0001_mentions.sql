-- What the house remembers first: mentions and their versions, sources and their runs, rows that were refused.
--
-- Nothing here needs more than a lake offers: no keys, no indexes, no sequences. Keys are kept by the statements
-- in queries/write/, and a test asserts that they hold. Every TIMESTAMP is UTC.

CREATE TABLE revision (
    revision BIGINT,             -- one number; a commit that changes what a question can answer adds one
    known_at TIMESTAMP           -- when that commit became known
);
INSERT INTO revision VALUES (0, TIMESTAMP '1970-01-01');

CREATE TABLE mentions (          -- current row: known_until_at IS NULL; one per (item_id, brand)
    item_id                VARCHAR,   -- platform:native id
    brand                  VARCHAR,
    platform               VARCHAR,
    published_at           TIMESTAMP,
    edited_at              TIMESTAMP,
    text                   VARCHAR,
    url                    VARCHAR,
    language               VARCHAR,
    region                 VARCHAR,
    author_id              VARCHAR,
    author_name            VARCHAR,
    author_followers_count BIGINT,    -- counter: latest observation only
    reach_count            BIGINT,    -- counter: latest observation only
    parent_id              VARCHAR,
    conversation_id        VARCHAR,
    media_type             VARCHAR,
    source_class           VARCHAR,   -- owned, earned, paid
    source_sentiment       VARCHAR,   -- negative, neutral, positive as the source labels it
    sentiment_label        VARCHAR,   -- negative, neutral, positive as our model judges it; NULL = not judged
    sentiment_score        DOUBLE,    -- -1..1
    sentiment_model        VARCHAR,
    is_drill               BOOLEAN,
    source                 VARCHAR,   -- the [[source]] that brought it
    mention_key            BIGINT,    -- 64 bits of (item_id, brand): what a batch is matched by
    item_key               BIGINT,    -- 64 bits of item_id
    text_key               BIGINT,    -- 64 bits of the text without case, links, handles and spacing
    author_key             BIGINT,    -- 64 bits of platform and author; NULL = author unknown
    content_hash           BIGINT,    -- 64 bits of everything but the counters
    known_from_at          TIMESTAMP,
    known_until_at         TIMESTAMP
);

CREATE TABLE sources (
    source              VARCHAR,
    kind                VARCHAR,
    every_seconds       BIGINT,
    stale_after_seconds BIGINT,
    cursor              VARCHAR,      -- JSON, the connector's own
    is_active           BOOLEAN,      -- stands in the site file now
    last_run_at         TIMESTAMP,
    last_success_at     TIMESTAMP,
    last_record_at      TIMESTAMP,    -- when a run last brought something new
    watermark_at        TIMESTAMP,    -- newest published_at seen
    next_run_at         TIMESTAMP,
    error               VARCHAR       -- what the last run failed with; NULL = it did not
);

CREATE TABLE runs (
    run_id         VARCHAR,
    source         VARCHAR,
    started_at     TIMESTAMP,
    ended_at       TIMESTAMP,         -- NULL = still running, or killed
    read_count     BIGINT,
    new_count      BIGINT,
    changed_count  BIGINT,
    same_count     BIGINT,
    refused_count  BIGINT,
    filtered_count BIGINT,            -- no measured brand in it
    error          VARCHAR
);

CREATE TABLE receipts (               -- whole things already taken in, such as a file's content
    source      VARCHAR,
    receipt     VARCHAR,
    received_at TIMESTAMP
);

CREATE TABLE refused_rows (
    refusal_key BIGINT,               -- 64 bits of source, file, line, reason and raw text
    source      VARCHAR,
    reason      VARCHAR,
    sentence    VARCHAR,
    file        VARCHAR,
    line        BIGINT,
    native_id   VARCHAR,
    raw         VARCHAR,
    refused_at  TIMESTAMP
);
