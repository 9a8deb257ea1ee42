-- sla_clocks: every clock that began in a window, how far it is, and its state.
--
-- States: met, stopped by an answer or a resolution within the target; breached, past it, or closed without an answer;
-- paused; at_risk, when no more is left than a quarter of the target or, of a response, than three of four first
-- responses of its track took from assignment to reply in the last 28 days; on_track; acknowledged, declined, merged,
-- excluded, unknown: ended so. One whose due date lies behind all that is written out of its calendar is on_track.
-- Elapsed is the open time of the calendars, without pauses. A clock nothing was promised for at `now` is none.
--
-- tick    5s
-- param   since      timestamp               started at or after, inclusive
-- param   until      timestamp               started before, exclusive
-- param   case_ids   varchar[]  = []         only clocks of these cases; empty list means all
-- param   metrics    varchar[]  = []         frt, nrt, resolution; empty list means all
-- param   brands     varchar[]  = []         empty list means all
-- param   platforms  varchar[]  = []         empty list means all
-- param   now        timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now        as it was known then
-- column  case_id            varchar    platform:native id
-- column  metric             varchar    frt, nrt or resolution
-- column  cycle              bigint     the run of nrt, the cycle of resolution; 1 for frt
-- column  track              varchar    whose promise holds
-- column  priority           varchar    of the case, small letters
-- column  calendar           varchar    which says when time counts
-- column  started_at         timestamp  when it began
-- column  stopped_at         timestamp  when it stopped; unknown while it runs
-- column  due_at             timestamp  when its target is reached, or was; unknown in a pause, or where its calendar is not written out so far
-- column  elapsed_seconds    bigint     how much of its time has passed, or had when it stopped
-- column  target_seconds     bigint     what is promised
-- column  remaining_seconds  bigint     what is left of it, below 0 when overdue; unknown once it has stopped, or where the due date is beyond its calendar
-- column  state              varchar    met, breached, paused, at_risk, on_track, acknowledged, declined, merged, excluded or unknown
-- grain   case_id, metric, cycle
WITH clocks AS (
    SELECT case_id, metric, cycle, track, priority, calendar, started_at, since_at, is_paused, target_seconds,
           before_seconds, due_at, elapsed_seconds, outcome,
           CASE WHEN stopped_at <= $now::TIMESTAMP THEN stopped_at END AS stopped_at
    FROM clock_segments
    WHERE started_at >= $since::TIMESTAMP AND started_at < $until::TIMESTAMP AND started_at <= $now::TIMESTAMP
      AND since_at <= $now::TIMESTAMP AND (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND (len($case_ids::VARCHAR[]) = 0 OR list_contains($case_ids::VARCHAR[], case_id))
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
    SELECT clocks.* EXCLUDE (elapsed_seconds),
           CASE WHEN stopped_at IS NOT NULL THEN elapsed_seconds
                WHEN is_paused THEN before_seconds
                ELSE before_seconds + coalesce(total, 0)
                     - coalesce(before + least(epoch(since_at - opens_at), open_seconds), 0)
           END::BIGINT AS elapsed_seconds
    FROM clocks LEFT JOIN totals USING (calendar)
    ASOF LEFT JOIN sums ON clocks.calendar = sums.calendar AND clocks.since_at >= sums.opens_at
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
    SELECT counted.* EXCLUDE (due_at), reply_seconds,
           CASE WHEN stopped_at IS NOT NULL OR NOT is_paused OR before_seconds > target_seconds
                THEN due_at END AS due_at,
           elapsed_seconds > target_seconds AS is_late
    FROM counted LEFT JOIN paces USING (track)
)
SELECT case_id, metric, cycle, track, priority, calendar, started_at, stopped_at, due_at, elapsed_seconds,
       target_seconds,
       CASE WHEN stopped_at IS NULL AND (is_paused OR is_late OR due_at IS NOT NULL)
            THEN target_seconds - elapsed_seconds END AS remaining_seconds,
       CASE WHEN stopped_at IS NOT NULL AND outcome IN ('merged', 'excluded', 'unknown') THEN outcome
            WHEN is_late OR (stopped_at IS NOT NULL AND outcome = 'unanswered') THEN 'breached'
            WHEN stopped_at IS NOT NULL AND outcome IN ('answered', 'resolved') THEN 'met'
            WHEN stopped_at IS NOT NULL THEN outcome
            WHEN is_paused THEN 'paused'
            WHEN due_at IS NULL THEN 'on_track'
            WHEN target_seconds - elapsed_seconds
                 <= greatest(target_seconds / 4, CASE WHEN metric <> 'resolution' THEN reply_seconds END) THEN 'at_risk'
            ELSE 'on_track' END AS state
FROM judged
ORDER BY started_at, case_id, list_position(['frt', 'nrt', 'resolution'], metric), cycle
