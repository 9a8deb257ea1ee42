-- sla_next: the running clocks with the least time left, first those that are overdue.
--
-- What is left is open time of the clock's calendar, so that one due tomorrow morning can have less left than one due
-- tonight. First come those that are overdue, the one furthest past its target first; then those that run; then those
-- of which nobody knows how much is left; last those that are paused. States are those of sla_clocks.
--
-- tick    5s
-- param   most       bigint     = 10   at most so many, 1 to 1000
-- param   metrics    varchar[]  = []   frt, nrt, resolution; empty list means all
-- param   brands     varchar[]  = []   empty list means all
-- param   platforms  varchar[]  = []   empty list means all
-- param   now        timestamp  = now  the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now  as it was known then
-- column  case_id            varchar    platform:native id
-- column  metric             varchar    frt, nrt or resolution
-- column  platform           varchar    where the customer wrote
-- column  subject            varchar    what the case is about: text, never markup
-- column  owner              varchar    who has it; unknown when nobody owns it
-- column  track              varchar    whose promise holds
-- column  priority           varchar    of the case, small letters
-- column  due_at             timestamp  when its target is reached, or was; unknown in a pause
-- column  breaches_at        timestamp  it is overdue from just after this instant on; unknown as due_at
-- column  remaining_seconds  bigint     what is left of its target, below 0 when overdue; unknown where its calendar is not written out so far
-- column  target_seconds     bigint     what is promised
-- column  state              varchar    breached, at_risk, on_track or paused
-- grain   case_id, metric
WITH running AS (
    SELECT case_key, case_id, metric, cycle, platform, owner, track, priority, calendar, since_at, is_paused,
           target_seconds, before_seconds, due_at, breaches_at
    FROM clock_segments
    WHERE (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND (stopped_at IS NULL OR stopped_at > $now::TIMESTAMP)
      AND since_at <= $now::TIMESTAMP AND started_at <= $now::TIMESTAMP AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND (len($metrics::VARCHAR[]) = 0 OR list_contains($metrics::VARCHAR[], metric))
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
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
    SELECT running.*,
           CASE WHEN is_paused THEN before_seconds
                ELSE before_seconds + coalesce(total, 0)
                     - coalesce(before + least(epoch(since_at - opens_at), open_seconds), 0)
           END::BIGINT AS elapsed_seconds
    FROM running LEFT JOIN totals USING (calendar)
    ASOF LEFT JOIN sums ON running.calendar = sums.calendar AND running.since_at >= sums.opens_at
),
paces AS (
    SELECT track, quantile_cont(epoch(stopped_at - greatest(assigned_at, started_at)), 0.75) AS reply_seconds
    FROM clock_segments
    WHERE stopped_at > $now::TIMESTAMP - INTERVAL 28 DAY AND stopped_at <= $now::TIMESTAMP
      AND metric = 'frt' AND outcome = 'answered' AND assigned_at IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
    GROUP BY track
),
judged AS (
    SELECT *,
           CASE WHEN elapsed_seconds > target_seconds THEN 'breached'
                WHEN is_paused THEN 'paused'
                WHEN due_at IS NULL THEN 'on_track'
                WHEN target_seconds - elapsed_seconds
                     <= greatest(target_seconds / 4, CASE WHEN metric <> 'resolution' THEN reply_seconds END)
                THEN 'at_risk'
                ELSE 'on_track' END AS state,
           CASE WHEN elapsed_seconds > target_seconds OR is_paused OR due_at IS NOT NULL
                THEN target_seconds - elapsed_seconds END AS remaining_seconds,
           row_number() OVER (ORDER BY CASE state WHEN 'breached' THEN 1 WHEN 'paused' THEN 3 ELSE 2 END,
                                       remaining_seconds NULLS LAST, breaches_at, case_id, metric, cycle) AS place
    FROM counted LEFT JOIN paces USING (track)
    QUALIFY place <= least(greatest($most::BIGINT, 1), 1000)
),
subjects AS (
    SELECT case_key, any_value(subject) AS subject
    FROM cases SEMI JOIN judged USING (case_key)
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
    GROUP BY case_key
)
SELECT case_id, metric, platform, subject, owner, track, priority,
       CASE WHEN state <> 'paused' THEN due_at END AS due_at,
       CASE WHEN state <> 'paused' THEN breaches_at END AS breaches_at,
       remaining_seconds, target_seconds, state
FROM judged LEFT JOIN subjects USING (case_key)
ORDER BY place
