-- People: who speaks what and serves which promise, how much work a message is, what is planned, and what was found ahead.

ALTER TABLE clock_segments ADD COLUMN language VARCHAR;    -- of the post the case is about; NULL = not known
UPDATE clock_segments SET language = spoken.language
FROM (
    SELECT case_key, arg_max(posts.language, posts.known_from_at) AS language
    FROM (SELECT case_key, arg_max_null(item_key, known_from_at) AS item_key FROM cases GROUP BY case_key) AS about
    JOIN mentions AS posts USING (item_key)
    WHERE posts.known_until_at IS NULL
    GROUP BY case_key
) AS spoken
WHERE spoken.case_key = clock_segments.case_key;

ALTER TABLE shifts ADD COLUMN tracks VARCHAR[];            -- whose promises they keep; empty = all
ALTER TABLE shifts ADD COLUMN agents VARCHAR[];            -- their names as the care desk writes them; empty = not told
ALTER TABLE shifts ADD COLUMN employer VARCHAR;            -- own, or the agency's name
ALTER TABLE shifts ADD COLUMN is_on_call BOOLEAN;          -- reachable, but not at work: counts in no number of heads
UPDATE shifts SET tracks = [], agents = [], employer = 'own', is_on_call = false;

CREATE TABLE staffing (             -- what a message costs in work, one row per track that has its own
    track            VARCHAR,       -- small letters; NULL = every other track
    handling_seconds BIGINT,        -- work of one message
    occupancy_share  DOUBLE,        -- the most of their time heads can be answering
    shrinkage_share  DOUBLE,        -- of paid time nobody answers in: breaks, training, illness
    patience_seconds BIGINT,        -- after which a customer leaves; NULL = they stay
    mention_share    DOUBLE,        -- of mentions without a case that need an answer; 0 = only cases count
    mention_brands   VARCHAR[],     -- the own brands, whose mentions those are
    known_from_at    TIMESTAMP,
    known_until_at   TIMESTAMP
);

CREATE TABLE demand_events (        -- planned ahead: so many times as much is expected
    name           VARCHAR,
    languages      VARCHAR[],       -- empty = all
    since_at       TIMESTAMP,
    until_at       TIMESTAMP,
    factor         DOUBLE,
    known_from_at  TIMESTAMP,
    known_until_at TIMESTAMP
);

CREATE TABLE rest_spans (           -- three days and more that are weekend or public holiday somewhere
    place          VARCHAR,         -- a site of the roster, or a calendar
    name           VARCHAR,         -- of the holidays in it
    since_at       TIMESTAMP,       -- local midnight
    until_at       TIMESTAMP,
    days_count     BIGINT,
    known_from_at  TIMESTAMP,
    known_until_at TIMESTAMP
);

CREATE TABLE alerts (               -- what was found ahead and somebody should know
    kind            VARCHAR,        -- gap
    subject         VARCHAR,        -- of a gap: all, or the language nobody speaks
    since_at        TIMESTAMP,
    until_at        TIMESTAMP,
    raised_at       TIMESTAMP,
    acknowledged_at TIMESTAMP,
    acknowledged_by VARCHAR,
    known_from_at   TIMESTAMP,
    known_until_at  TIMESTAMP       -- NULL = stands
);
