-- breach_forecast: how many first and next responses will break their promise in each of the next four hours.
--
-- Each hour (of 60 minutes, from `now` on) two things are added up:
-- what is above capacity: all that falls due, less what the heads on shift can answer, running on from hour to hour,
-- the earliest deadline first. What is overdue already is broken already: it is not forecast, and waits behind all that
-- can still be kept.
-- what is broken even so: of the rest, the share that was broken of such clocks in the seven days before, apart for
-- each of the four hours, and for those that run now and those still to begin. A clock that waits and is due within the
-- hour is broken far more often than one that has not begun.
-- Those still to begin are the median of the same hour of the week (of 168 hours) in the four weeks before, as far as
-- they are known; where none is, of the same hour of the six days before. A clock that is paused is neither. The heads
-- are the mean of the hour. What a head answers in an hour is what it has in a busy one, the 90th percentile of the 14
-- days before, and at least one. Where the roster or the hours before are not known, neither are capacity and breaches.
-- With brands or platforms all of it is about these alone, what a head answers too. Without a clock nothing comes back.
-- The back-test: the same was forecast at each hour of the seven days before, from what ran, had been answered and had
-- been broken by then, and held against what was broken. It takes the roster as it is known at `known_at`.
--
-- tick    60s
-- param   brands     varchar[]  = []         empty list means all
-- param   platforms  varchar[]  = []         empty list means all
-- param   now        timestamp  = now        the moment it is seen from
-- param   known_at   timestamp  = now        as it was known then
-- column  hour            bigint     1 to 4
-- column  since_at        timestamp  when it begins
-- column  until_at        timestamp  when it ends
-- column  due_count       bigint     clocks that run now and are broken in it unless they are answered
-- column  arrivals_count  double     such clocks that are still to begin, as usual
-- column  staffed_agents  double     heads on shift, the mean of the hour; unknown outside the roster
-- column  capacity_count  double     what they can answer in it
-- column  breached_count  double     promises expected to be broken in it
-- column  error_count     double     how far off the forecast of this hour was in the seven days before, on average
-- column  low_count       double     breached_count less what four of five forecasts were off at most; not below 0
-- column  high_count      double     breached_count and as much more
-- column  trials_count    bigint     how many forecasts the back-test made
-- grain   hour
WITH clocks AS MATERIALIZED (
    SELECT started_at, since_at, CASE WHEN until_at <= $now::TIMESTAMP THEN until_at END AS until_at, is_paused,
           CASE WHEN stopped_at <= $now::TIMESTAMP THEN stopped_at END AS stopped_at,
           stopped_at <= $now::TIMESTAMP AND outcome = 'answered' AS is_answered,
           CASE WHEN stopped_at <= $now::TIMESTAMP THEN outcome NOT IN ('merged', 'excluded', 'unknown')
                     AND (outcome = 'unanswered' OR elapsed_seconds > target_seconds)
                ELSE breaches_at < $now::TIMESTAMP END AS is_broken,
           -- hours are counted from now: 0 is the one that begins, -1 the one that ends
           floor(epoch(breaches_at - $now::TIMESTAMP) / 3600)::BIGINT AS due_hour
    FROM clock_segments
    WHERE metric IN ('frt', 'nrt') AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND started_at <= $now::TIMESTAMP AND since_at <= $now::TIMESTAMP
      AND (until_at IS NULL OR until_at > $now::TIMESTAMP - INTERVAL 36 DAY)
      AND (stopped_at IS NULL OR stopped_at > $now::TIMESTAMP - INTERVAL 36 DAY)
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
reach AS (
    SELECT greatest(-840, ceil(epoch(min(started_at) - $now::TIMESTAMP) / 3600)::BIGINT) AS first
    FROM clocks
    HAVING count(*) > 0
),
-- a trial is an hour from whose beginning the four behind it are forecast; 0 is the forecast that is asked for
seen AS (
    SELECT due_hour - ahead + 1 AS trial, ahead, $now::TIMESTAMP + to_hours(trial) AS trial_at, clocks.*
    FROM clocks CROSS JOIN (SELECT unnest([1, 2, 3, 4]) AS ahead)
    WHERE trial <= 0
),
counted AS (
    SELECT trial, ahead,
           count(*) FILTER (since_at <= trial_at AND NOT is_paused AND (until_at IS NULL OR until_at > trial_at)
                            AND (stopped_at IS NULL OR stopped_at > trial_at)) AS due,
           count(*) FILTER (until_at IS NULL AND started_at > trial_at) AS arrived,
           count(*) FILTER (until_at IS NULL AND started_at <= trial_at AND is_broken) AS due_broken,
           count(*) FILTER (until_at IS NULL AND started_at > trial_at AND is_broken) AS arrived_broken
    FROM seen
    GROUP BY trial, ahead
),
trials AS MATERIALIZED (
    SELECT trial, ahead, coalesce(due, 0) AS due, coalesce(arrived, 0) AS arrived,
           coalesce(due_broken, 0) AS due_broken, coalesce(arrived_broken, 0) AS arrived_broken
    FROM (SELECT unnest(range(first, 1)) AS trial FROM reach) CROSS JOIN (SELECT unnest([1, 2, 3, 4]) AS ahead)
    LEFT JOIN counted USING (trial, ahead)
),
-- of what was due, so much was broken: by the trials whose four hours were over
shares AS (
    SELECT trial, ahead,
           CASE WHEN sum(due) OVER before > 0
                THEN least(1, sum(due_broken) OVER before / sum(due) OVER before) ELSE 0 END AS due_share,
           CASE WHEN sum(arrived) OVER before > 0
                THEN sum(arrived_broken) OVER before / sum(arrived) OVER before ELSE 0 END AS arrived_share
    FROM trials
    WINDOW before AS (PARTITION BY ahead ORDER BY trial ROWS BETWEEN 171 PRECEDING AND 4 PRECEDING)
),
steps AS (
    SELECT unnest(range(1, 5)) * 168 AS step, 1 AS choice
    UNION ALL
    SELECT unnest(range(1, 7)) * 24, 2
),
usual AS (
    SELECT here.trial, here.ahead, choice, median(there.arrived) AS arrivals
    FROM trials AS here CROSS JOIN steps
    JOIN trials AS there ON there.trial = here.trial - step AND there.ahead = here.ahead
    WHERE here.trial >= -168
    GROUP BY here.trial, here.ahead, choice
    QUALIFY choice = min(choice) OVER (PARTITION BY here.trial, here.ahead)
),
-- who was on shift: between two of these instants as many heads as here, and so many head-seconds before them
moves AS (
    SELECT unnest([starts_at, ends_at]) AS moved_at, unnest([heads, -heads]) AS change
    FROM shifts
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_on_call
),
levels AS (
    SELECT moved_at, sum(sum(change)) OVER (ORDER BY moved_at) AS heads,
           lead(moved_at) OVER (ORDER BY moved_at) AS next_at
    FROM moves
    GROUP BY moved_at
),
roster AS (
    SELECT moved_at, next_at, heads,
           coalesce(sum(heads * epoch(next_at - moved_at)) OVER
               (ORDER BY moved_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS worked
    FROM levels
),
instants AS (
    SELECT unnest(range(greatest(first, -504), 5)) AS hour, $now::TIMESTAMP + to_hours(hour) AS hour_at FROM reach
),
staffed AS (
    SELECT hour, lead(worked_before) OVER (ORDER BY hour) - worked_before AS heads
    FROM (SELECT hour, CASE WHEN next_at IS NOT NULL OR hour_at = moved_at
                            THEN (worked + heads * epoch(hour_at - moved_at)) / 3600 END AS worked_before
          FROM instants ASOF LEFT JOIN roster ON hour_at >= moved_at)
),
answers AS (
    SELECT floor(epoch(stopped_at - $now::TIMESTAMP) / 3600)::BIGINT AS hour, count(*) AS answers
    FROM clocks
    WHERE is_answered
    GROUP BY hour
),
busy AS (
    SELECT hour, heads, quantile_cont(CASE WHEN heads > 0 THEN coalesce(answers, 0) / heads END, 0.9)
               OVER (ORDER BY hour ROWS BETWEEN 336 PRECEDING AND 1 PRECEDING) AS answered
    FROM staffed LEFT JOIN answers USING (hour)
),
paces AS (
    SELECT hour, heads, CASE WHEN answered IS NOT NULL THEN greatest(answered, 1) END AS pace FROM busy
),
given AS (
    SELECT trials.*, arrivals, due + arrivals AS demand, due_share * due + arrived_share * arrivals AS lost,
           coming.heads, known.pace * coming.heads AS capacity
    FROM trials JOIN shares USING (trial, ahead) LEFT JOIN usual USING (trial, ahead)
    LEFT JOIN paces AS known ON known.hour = trial LEFT JOIN paces AS coming ON coming.hour = trial + ahead - 1
    WHERE trial >= -168
),
queued AS (
    SELECT *, CASE WHEN count(demand - capacity) OVER through = ahead
                   THEN greatest(0, sum(demand) OVER through - sum(capacity) OVER through) END AS behind
    FROM given
    WINDOW through AS (PARTITION BY trial ORDER BY ahead)
),
above AS (
    SELECT *, CASE WHEN behind IS NOT NULL THEN max(behind) OVER (PARTITION BY trial ORDER BY ahead) END AS most
    FROM queued
),
forecast AS (
    SELECT *, most - lag(most, 1, 0.0) OVER (PARTITION BY trial ORDER BY ahead) AS over,
           over + lost * (1 - coalesce(over / nullif(demand, 0), 0)) AS breached
    FROM above
),
tested AS (
    SELECT ahead, avg(abs(breached - due_broken - arrived_broken)) AS error,
           quantile_cont(abs(breached - due_broken - arrived_broken), 0.8) AS mostly, count(breached) AS trials
    FROM forecast
    WHERE trial + ahead <= 0 AND breached IS NOT NULL
    GROUP BY ahead
)
SELECT ahead::BIGINT AS hour,
       $now::TIMESTAMP + to_hours(ahead - 1) AS since_at,
       $now::TIMESTAMP + to_hours(ahead) AS until_at,
       due::BIGINT AS due_count,
       arrivals::DOUBLE AS arrivals_count,
       heads::DOUBLE AS staffed_agents,
       capacity::DOUBLE AS capacity_count,
       breached::DOUBLE AS breached_count,
       error::DOUBLE AS error_count,
       CASE WHEN breached > mostly THEN breached - mostly WHEN breached <= mostly THEN 0 END::DOUBLE AS low_count,
       (breached + mostly)::DOUBLE AS high_count,
       coalesce(trials, 0)::BIGINT AS trials_count
FROM forecast LEFT JOIN tested USING (ahead)
WHERE trial = 0
ORDER BY hour
