-- baton: the cases in flight at the next hand-over, and into whose hands each goes.
--
-- What a hand-over is and which cases are in flight at it: see next_handover. Where several sites close at the same
-- instant, it is the next hand-over of them all. The clock told of is the one of the case that is due first.
--
-- The next owner is whom a hand-over names after the owner has taken the case. Once they accept or claim it, it is
-- theirs; so that it is seen to have arrived, it stays here until the hand-over is past, acknowledged, if it was
-- offered in the two hours before it. It is in flight at its new owner's own hand-over only: those of to_site are not
-- counted twice. Where the site itself is the next to open, each owner keeps what they have.
--
-- States: red, without a next owner with 15 minutes or less to go; warn, without one, or not acknowledged; ok.
--
-- tick    5s
-- param   now       timestamp  = now  the moment it is seen from: what is later has not happened yet
-- param   known_at  timestamp  = now  as it was known then
-- column  handover_at        timestamp  when the site's stretch of shifts ends
-- column  from_site          varchar    the site that closes
-- column  case_id            varchar    platform:native id
-- column  subject            varchar    what the case is about: text, never markup
-- column  track              varchar    whose promise holds
-- column  platform           varchar    where the customer wrote
-- column  metric             varchar    frt, nrt or resolution: of the clock that is due first
-- column  due_at             timestamp  when that clock's target is reached, or was; unknown where its calendar is not written out so far
-- column  remaining_seconds  bigint     what is left of it in open time, below 0 when overdue; unknown as due_at
-- column  owner              varchar    who has the case; unknown when nobody owns it
-- column  next_owner         varchar    who is to have it; unknown when nobody is named
-- column  is_acknowledged    boolean    whether the next owner has accepted it
-- column  breaches_at_seam   boolean    whether a clock of it is due within two hours after the hand-over
-- column  state              varchar    red, warn or ok
-- grain   case_id
WITH closing AS (
    SELECT handover_at, from_site, to_site, row_number() OVER (ORDER BY handover_at, from_site) = 1 AS is_first
    FROM memory.hand_overs($now::TIMESTAMP + INTERVAL 1 MICROSECOND, TIMESTAMP 'infinity', $known_at::TIMESTAMP)
    QUALIFY handover_at = min(handover_at) OVER ()
),
carried AS MATERIALIZED (
    SELECT * FROM memory.carried_cases($now::TIMESTAMP, $known_at::TIMESTAMP)
),
flying AS (
    SELECT carried.*, handover_at, from_site,
           (owner IS NULL OR owner_site = from_site) IS NOT TRUE AS has_arrived,
           has_arrived OR (offered IS NULL AND owner IS NOT NULL AND to_site = from_site) IS TRUE AS is_acknowledged,
           CASE WHEN is_acknowledged THEN owner ELSE offered END AS next_owner
    FROM carried JOIN closing
         ON (owner IS NULL AND is_first) OR owner_site = from_site
            OR (giver_site = from_site AND given_at >= handover_at - INTERVAL 2 HOUR)
    QUALIFY row_number() OVER (PARTITION BY case_key ORDER BY has_arrived, from_site) = 1
),
-- open seconds of a calendar until `now`: before each opening, and all
hours AS (
    SELECT calendar, opens_at, epoch(least(closes_at, $now::TIMESTAMP) - opens_at) AS open_seconds
    FROM calendar_hours
    WHERE opens_at < $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
sums AS (
    SELECT calendar, opens_at, open_seconds,
           sum(open_seconds) OVER (PARTITION BY calendar ORDER BY opens_at) - open_seconds AS before
    FROM hours
),
totals AS (
    SELECT calendar, sum(open_seconds) AS total FROM hours GROUP BY calendar
),
counted AS (
    SELECT flying.*,
           (target_seconds - before_seconds - coalesce(total, 0)
            + coalesce(before + least(epoch(since_at - sums.opens_at), open_seconds), 0))::BIGINT AS left_seconds
    FROM flying LEFT JOIN totals USING (calendar)
    ASOF LEFT JOIN sums ON flying.calendar = sums.calendar AND flying.since_at >= sums.opens_at
),
subjects AS (
    SELECT case_key, any_value(subject) AS subject
    FROM cases SEMI JOIN flying USING (case_key)
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
    GROUP BY case_key
)
SELECT handover_at, from_site, case_id, subject, track, platform, metric, due_at,
       CASE WHEN due_at IS NOT NULL OR left_seconds < 0 THEN left_seconds END AS remaining_seconds,
       owner, next_owner, is_acknowledged,
       len(list_filter(dues, LAMBDA due : due >= handover_at AND due <= handover_at + INTERVAL 2 HOUR)) > 0
           AS breaches_at_seam,
       CASE WHEN next_owner IS NULL AND handover_at <= $now::TIMESTAMP + INTERVAL 15 MINUTE THEN 'red'
            WHEN next_owner IS NULL OR NOT is_acknowledged THEN 'warn'
            ELSE 'ok' END AS state
FROM counted LEFT JOIN subjects USING (case_key)
ORDER BY list_position(['red', 'warn', 'ok'], state), due_at NULLS LAST, case_id
