-- sla_burn: how fast each track uses up the promises its target allows to be broken.
--
-- A burn rate of 1 breaks just as many as the target allows. When all are broken it is at its highest, 1 / (1 -
-- target): a track with a target of 0.9 can never burn faster than 10. A page is due at a rate of at least 4 in the
-- last hour and in the last 15 minutes, with at least 10 clocks due in the hour; a ticket at one of at least 2 in the
-- last six hours and in the last hour, with at least 10 due in the six. Counted as in sla_attainment: clocks whose due
-- date lies in the window, met or breached. Every track that promises something comes back, and every other one of
-- which clocks were due.
--
-- tick    60s
-- param   metrics    varchar[]  = []   frt, nrt, resolution; empty list means all
-- param   brands     varchar[]  = []   empty list means all
-- param   platforms  varchar[]  = []   empty list means all
-- param   now        timestamp  = now  the moment it is seen from, where all windows end
-- param   known_at   timestamp  = now  as it was known then
-- column  track           varchar  whose promises
-- column  window_minutes  bigint   15, 60 or 360 minutes before `now`
-- column  due_count       bigint   promises due in the window, after its beginning and not after `now`
-- column  breached_count  bigint   those of them that were broken
-- column  breach_share    double   breached / due; unknown when nothing was due
-- column  burn_rate       double   breach_share / (1 - target); unknown without a target
-- column  highest_rate    double   the highest burn rate the track can have, 1 / (1 - target)
-- column  page_rate       double   from this rate on it is a page
-- column  ticket_rate     double   from this rate on it is a ticket
-- column  can_page        boolean  whether the track can reach the page's rate at all
-- column  can_ticket      boolean  whether it can reach the ticket's
-- column  alarm           varchar  page, ticket or none; the same in all windows of a track
-- grain   track, window_minutes
WITH due AS (
    SELECT track, due_at, CASE WHEN stopped_at <= $now::TIMESTAMP THEN outcome ELSE 'runs' END AS ended_by,
           CASE WHEN stopped_at <= $now::TIMESTAMP THEN outcome = 'unanswered' OR elapsed_seconds > target_seconds
                WHEN is_paused THEN before_seconds > target_seconds
                ELSE breaches_at < $now::TIMESTAMP END AS is_breached
    FROM clock_segments
    WHERE due_at > $now::TIMESTAMP - INTERVAL 360 MINUTE AND due_at <= $now::TIMESTAMP
      AND since_at <= $now::TIMESTAMP AND (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND started_at <= $now::TIMESTAMP AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND (len($metrics::VARCHAR[]) = 0 OR list_contains($metrics::VARCHAR[], metric))
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
counted AS (
    SELECT track, window_minutes, count(*) AS due, count(*) FILTER (is_breached) AS breached
    FROM due JOIN (SELECT unnest([15, 60, 360]) AS window_minutes)
        ON due_at > $now::TIMESTAMP - to_minutes(window_minutes)
    WHERE ended_by NOT IN ('merged', 'excluded', 'unknown') AND (is_breached OR ended_by IN ('answered', 'resolved'))
    GROUP BY track, window_minutes
),
-- what a target allows is cut to a billionth: 1 - 0.9 is not 0.1 in a computer, and a rate of 4 must be 4
goals AS (
    SELECT track, round(1 - any_value(attainment_target_share), 9) AS allowed
    FROM policies
    WHERE (from_at IS NULL OR from_at <= $now::TIMESTAMP) AND (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
    GROUP BY track
),
tracks AS (
    SELECT track FROM goals
    UNION
    SELECT track FROM counted
),
burning AS (
    SELECT track, window_minutes, coalesce(due, 0) AS due, coalesce(breached, 0) AS breached,
           breached / due AS share, round(breached / due / allowed, 9) AS rate, round(1 / allowed, 9) AS highest
    FROM tracks CROSS JOIN (SELECT unnest([15, 60, 360]) AS window_minutes)
    LEFT JOIN counted USING (track, window_minutes) LEFT JOIN goals USING (track)
),
alarms AS (
    SELECT track,
           CASE WHEN bool_and(rate >= 4) FILTER (window_minutes <= 60) AND max(due) FILTER (window_minutes = 60) >= 10
                THEN 'page'
                WHEN bool_and(rate >= 2) FILTER (window_minutes >= 60) AND max(due) FILTER (window_minutes = 360) >= 10
                THEN 'ticket'
                ELSE 'none' END AS alarm
    -- a window of which nothing is known burns nothing
    FROM (SELECT track, window_minutes, due, coalesce(rate, 0) AS rate FROM burning)
    GROUP BY track
)
SELECT track,
       window_minutes::BIGINT AS window_minutes,
       due::BIGINT AS due_count,
       breached::BIGINT AS breached_count,
       share::DOUBLE AS breach_share,
       rate::DOUBLE AS burn_rate,
       highest::DOUBLE AS highest_rate,
       4::DOUBLE AS page_rate,
       2::DOUBLE AS ticket_rate,
       coalesce(highest >= 4, false) AS can_page,
       coalesce(highest >= 2, false) AS can_ticket,
       alarm
FROM burning JOIN alarms USING (track)
ORDER BY list_position(['page', 'ticket', 'none'], alarm), track, window_minutes
