-- Promises: when time counts, what is promised, and the clocks of every case.

ALTER TABLE case_events ADD COLUMN other_case_key BIGINT;    -- 64 bits of other_case_id
UPDATE case_events SET other_case_key = cases.case_key
FROM cases WHERE cases.case_id = case_events.other_case_id;

CREATE TABLE calendar_hours (    -- when a calendar is open; merged, so that no two of one calendar touch
    calendar       VARCHAR,
    opens_at       TIMESTAMP,
    closes_at      TIMESTAMP,    -- exclusive
    known_from_at  TIMESTAMP,
    known_until_at TIMESTAMP     -- NULL = current
);

CREATE TABLE calendar_days (     -- the local days on which a calendar is not as usual, and why
    calendar       VARCHAR,
    since_at       TIMESTAMP,
    until_at       TIMESTAMP,
    kind           VARCHAR,      -- holiday: closed; special: open at other hours
    name           VARCHAR,      -- of the holiday; NULL where nobody has named it
    known_from_at  TIMESTAMP,
    known_until_at TIMESTAMP
);

CREATE TABLE policies (          -- what a track promises, one row per priority that has its own targets
    track                     VARCHAR,     -- small letters
    priority                  VARCHAR,     -- small letters; NULL = every other priority
    is_default                BOOLEAN,     -- cases without a track of the file take this one
    calendar                  VARCHAR,
    frt_seconds               BIGINT,      -- NULL = nothing is promised
    nrt_seconds               BIGINT,
    resolution_seconds        BIGINT,
    attainment_target_share   DOUBLE,
    public_frt_seconds        BIGINT,      -- what visitors may see
    public_nrt_seconds        BIGINT,
    public_resolution_seconds BIGINT,
    from_at                   TIMESTAMP,   -- NULL = from the beginning
    until_at                  TIMESTAMP,   -- NULL = until further notice
    known_from_at             TIMESTAMP,
    known_until_at            TIMESTAMP
);

CREATE TABLE clock_segments (    -- a clock is its segments; computed from the events, never from a state
    case_key              BIGINT,
    case_id               VARCHAR,
    metric                VARCHAR,     -- frt, nrt, resolution
    cycle                 BIGINT,      -- 1 for frt; the run of nrt, the cycle of resolution
    segment               BIGINT,      -- from 1
    brand                 VARCHAR,
    platform              VARCHAR,
    owner                 VARCHAR,     -- who has the case, as the newest event says
    track                 VARCHAR,     -- as the policy names it
    priority              VARCHAR,     -- as the case names it, small letters
    calendar              VARCHAR,
    started_at            TIMESTAMP,   -- of the clock
    since_at              TIMESTAMP,   -- of this segment
    until_at              TIMESTAMP,   -- of this segment; NULL = the last one
    is_paused             BOOLEAN,
    reason                VARCHAR,     -- of the pause
    target_seconds        BIGINT,      -- NULL = nothing promised yet
    public_target_seconds BIGINT,
    before_seconds        BIGINT,      -- elapsed when the segment begins
    due_at                TIMESTAMP,   -- as of this segment; NULL while paused
    breaches_at           TIMESTAMP,   -- elapsed is over the target from just after this instant on; NULL as due_at
    stopped_at            TIMESTAMP,   -- on the last segment only; NULL = runs
    outcome               VARCHAR,     -- answered, resolved, unanswered, acknowledged, declined, merged, excluded, unknown
    elapsed_seconds       BIGINT,      -- when it stopped
    assigned_at           TIMESTAMP,   -- frt: the last time somebody was given it before it stopped
    content_hash          BIGINT,      -- 63 bits of all of the above but the case_key
    known_from_at         TIMESTAMP,
    known_until_at        TIMESTAMP
);
