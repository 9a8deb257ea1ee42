-- clock_rows_count: how many rows clock_rows has for the same filters.
--
-- tick    5s
-- param   since      timestamp                  inclusive
-- param   until      timestamp                  exclusive
-- param   brands     varchar[]  = []            empty list means all
-- param   platforms  varchar[]  = []            empty list means all
-- param   metrics    varchar[]  = []            frt, nrt, resolution; empty list means all
-- param   tracks     varchar[]  = []            empty list means all; '' in it means unknown
-- param   owners     varchar[]  = []            empty list means all; '' in it means nobody
-- param   outcomes   varchar[]  = []            what stopped it; empty list means all; '' in it means that it runs
-- param   bands      varchar[]  = []            how much of its target it has used, as backlog_ageing says; empty list means all
-- param   states     varchar[]  = []            empty list means all
-- param   clocks     varchar    = "due"         which are meant: due, started, running, listed, last15, last60, last360, ahead1 to ahead4
-- param   clock_ids  varchar[]  = []            "case_id metric cycle": only those; empty list means all, but of the listed none
-- param   due        varchar    = ""            of running ones: overdue, 15m, 30m, 60m, later or paused; "" means all
-- param   now        timestamp  = now           the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now           as it was known then
-- column  clocks_count bigint  clocks
-- grain   one row
WITH
-- the same in every question about the desk's clocks, from here on
clocks AS (
    SELECT *,
           stopped_at IS NULL OR stopped_at > $now::TIMESTAMP AS is_running,
           CASE WHEN NOT is_running THEN outcome END AS ended_by,
           CASE WHEN NOT is_running THEN NULL
                WHEN before_seconds > target_seconds THEN 'overdue'
                WHEN is_paused THEN 'paused'
                WHEN breaches_at < $now::TIMESTAMP THEN 'overdue'
                WHEN breaches_at <= $now::TIMESTAMP + INTERVAL 15 MINUTE THEN '15m'
                WHEN breaches_at <= $now::TIMESTAMP + INTERVAL 30 MINUTE THEN '30m'
                WHEN breaches_at <= $now::TIMESTAMP + INTERVAL 60 MINUTE THEN '60m'
                ELSE 'later' END AS soon
    FROM clock_segments
    WHERE since_at <= $now::TIMESTAMP AND (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND started_at <= $now::TIMESTAMP AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND CASE $clocks::VARCHAR
               WHEN 'due' THEN due_at >= $since::TIMESTAMP AND due_at < $until::TIMESTAMP
               WHEN 'started' THEN started_at >= $since::TIMESTAMP AND started_at < $until::TIMESTAMP
               WHEN 'running' THEN stopped_at IS NULL OR stopped_at > $now::TIMESTAMP
               WHEN 'last15' THEN due_at > $now::TIMESTAMP - INTERVAL 15 MINUTE AND due_at <= $now::TIMESTAMP
               WHEN 'last60' THEN due_at > $now::TIMESTAMP - INTERVAL 60 MINUTE AND due_at <= $now::TIMESTAMP
               WHEN 'last360' THEN due_at > $now::TIMESTAMP - INTERVAL 360 MINUTE AND due_at <= $now::TIMESTAMP
               WHEN 'ahead1' THEN breaches_at >= $now::TIMESTAMP AND breaches_at < $now::TIMESTAMP + INTERVAL 1 HOUR
               WHEN 'ahead2' THEN breaches_at >= $now::TIMESTAMP + INTERVAL 1 HOUR
                                  AND breaches_at < $now::TIMESTAMP + INTERVAL 2 HOUR
               WHEN 'ahead3' THEN breaches_at >= $now::TIMESTAMP + INTERVAL 2 HOUR
                                  AND breaches_at < $now::TIMESTAMP + INTERVAL 3 HOUR
               WHEN 'ahead4' THEN breaches_at >= $now::TIMESTAMP + INTERVAL 3 HOUR
                                  AND breaches_at < $now::TIMESTAMP + INTERVAL 4 HOUR
               WHEN 'listed' THEN len($clock_ids::VARCHAR[]) > 0
               ELSE error('clocks must be due, started, running, listed, last15, last60, last360 or ahead1 to ahead4, '
                          || 'not "' || $clocks::VARCHAR || '"') END
      AND ($clocks::VARCHAR NOT LIKE 'ahead%'
           OR (metric IN ('frt', 'nrt') AND NOT is_paused AND (stopped_at IS NULL OR stopped_at > $now::TIMESTAMP)))
      AND (len($clock_ids::VARCHAR[]) = 0
           OR concat_ws(' ', case_id, metric, cycle) IN (SELECT unnest($clock_ids::VARCHAR[])))
      AND (len($metrics::VARCHAR[]) = 0 OR list_contains($metrics::VARCHAR[], metric))
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
      AND (len($tracks::VARCHAR[]) = 0 OR list_contains($tracks::VARCHAR[], coalesce(track, '')))
      AND (len($owners::VARCHAR[]) = 0 OR list_contains($owners::VARCHAR[], coalesce(owner, '')))
),
chosen AS (
    SELECT * EXCLUDE (stopped_at), CASE WHEN NOT is_running THEN stopped_at END AS stopped_at
    FROM clocks
    WHERE (len($outcomes::VARCHAR[]) = 0 OR list_contains($outcomes::VARCHAR[], coalesce(ended_by, '')))
      AND CASE $due::VARCHAR
               WHEN '' THEN true
               WHEN 'overdue' THEN soon = 'overdue'
               WHEN '15m' THEN soon = '15m'
               WHEN '30m' THEN soon IN ('15m', '30m')
               WHEN '60m' THEN soon IN ('15m', '30m', '60m')
               WHEN 'later' THEN soon = 'later'
               WHEN 'paused' THEN soon = 'paused'
               ELSE error('due must be overdue, 15m, 30m, 60m, later, paused or nothing, not "' || $due::VARCHAR || '"')
          END
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
    SELECT chosen.* EXCLUDE (elapsed_seconds),
           CASE WHEN stopped_at IS NOT NULL THEN elapsed_seconds
                WHEN is_paused THEN before_seconds
                ELSE before_seconds + coalesce(total, 0)
                     - coalesce(before + least(epoch(since_at - sums.opens_at), open_seconds), 0)
           END::BIGINT AS elapsed_seconds
    FROM chosen LEFT JOIN totals USING (calendar)
    ASOF LEFT JOIN sums ON chosen.calendar = sums.calendar AND chosen.since_at >= sums.opens_at
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
    SELECT counted.* EXCLUDE (due_at),
           CASE WHEN elapsed_seconds * 100 < 50 * target_seconds THEN 'under 50'
                WHEN elapsed_seconds * 100 < 75 * target_seconds THEN '50 to 75'
                WHEN elapsed_seconds <= target_seconds THEN '75 to 100'
                WHEN elapsed_seconds <= 2 * target_seconds THEN '100 to 200'
                ELSE 'over 200' END AS band,
           CASE WHEN stopped_at IS NOT NULL OR NOT is_paused OR before_seconds > target_seconds THEN due_at END AS due_at,
           CASE WHEN stopped_at IS NULL AND (is_paused OR elapsed_seconds > target_seconds OR counted.due_at IS NOT NULL)
                THEN target_seconds - elapsed_seconds END AS remaining_seconds,
           CASE WHEN ended_by IN ('merged', 'excluded', 'unknown') THEN ended_by
                WHEN elapsed_seconds > target_seconds OR ended_by = 'unanswered' THEN 'breached'
                WHEN ended_by IN ('answered', 'resolved') THEN 'met'
                WHEN stopped_at IS NOT NULL THEN ended_by
                WHEN is_paused THEN 'paused'
                WHEN counted.due_at IS NULL THEN 'on_track'
                WHEN target_seconds - elapsed_seconds
                     <= greatest(target_seconds / 4, CASE WHEN metric <> 'resolution' THEN reply_seconds END)
                THEN 'at_risk'
                ELSE 'on_track' END AS state
    FROM counted LEFT JOIN paces USING (track)
),
asked AS (
    SELECT *
    FROM judged
    WHERE (len($states::VARCHAR[]) = 0 OR list_contains($states::VARCHAR[], state))
      AND (len($bands::VARCHAR[]) = 0 OR list_contains($bands::VARCHAR[], band))
)
-- to here
SELECT count(*)::BIGINT AS clocks_count FROM asked
