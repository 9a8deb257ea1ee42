-- time_to_response: how long it takes until a promise is kept, those counted in who still wait.
--
-- The km percentiles are Kaplan and Meier's: half of all that began are answered within km_p50, as far as can be told
-- from those who still wait, who count with what they have waited. So do those that ended otherwise, unanswered or set
-- aside, with how long they went on. It is the shortest time within which the share is reached; where the curve does
-- not come down so far the answer is longer than the longest wait, and unknown. The naive ones are of the answered
-- alone, and fall when the hard cases are left lying. Times are open time of the calendars, without pauses.
--
-- tick    60s
-- param   since      timestamp              started at or after, inclusive
-- param   until      timestamp              started before, exclusive
-- param   group_by   varchar    = "all"     all, track, brand, platform or owner
-- param   metric     varchar    = "frt"     frt, nrt or resolution, which is kept by being resolved
-- param   brands     varchar[]  = []        empty list means all
-- param   platforms  varchar[]  = []        empty list means all
-- param   now        timestamp  = now       the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now       as it was known then
-- column  group_name               varchar  all, or the track, brand, platform or owner; unknown where it is not known
-- column  clocks_count             bigint   clocks that began, however they ended
-- column  answered_count           bigint   those of them that were answered; of resolutions, resolved
-- column  waiting_count            bigint   those of them that still run
-- column  km_p50_seconds           double   half of all are answered within it; unknown when the curve does not come down so far
-- column  km_p90_seconds           double   nine of ten are answered within it; unknown as km_p50_seconds
-- column  naive_p50_seconds        double   half of the answered took at most so long
-- column  naive_p90_seconds        double   nine of ten of the answered took at most so long
-- column  longest_waiting_seconds  bigint   how long the one that still runs has waited that has waited longest
-- grain   group_name
WITH clocks AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'track' THEN track WHEN 'brand' THEN brand
                WHEN 'platform' THEN platform WHEN 'owner' THEN owner
                ELSE error('group_by must be all, track, brand, platform or owner, not "' || $group_by::VARCHAR || '"')
           END AS group_name,
           calendar, since_at, is_paused, before_seconds, elapsed_seconds,
           stopped_at IS NULL OR stopped_at > $now::TIMESTAMP AS is_waiting,
           outcome = CASE metric WHEN 'resolution' THEN 'resolved' ELSE 'answered' END AND NOT is_waiting AS is_answered
    FROM clock_segments
    WHERE started_at >= $since::TIMESTAMP AND started_at < $until::TIMESTAMP AND started_at <= $now::TIMESTAMP
      AND since_at <= $now::TIMESTAMP AND (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND metric = CASE WHEN $metric::VARCHAR IN ('frt', 'nrt', 'resolution') THEN $metric::VARCHAR
                        ELSE error('metric must be frt, nrt or resolution, not "' || $metric::VARCHAR || '"') END
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
waits AS (
    SELECT group_name, is_waiting, is_answered, elapsed_seconds AS seconds FROM clocks WHERE NOT is_waiting
    UNION ALL
    SELECT group_name, is_waiting, is_answered,
           CASE WHEN is_paused THEN before_seconds
                ELSE before_seconds + coalesce(total, 0)
                     - coalesce(before + least(epoch(since_at - opens_at), open_seconds), 0)
           END::BIGINT AS seconds
    FROM (SELECT * FROM clocks WHERE is_waiting) AS clocks LEFT JOIN totals USING (calendar)
    ASOF LEFT JOIN sums ON clocks.calendar = sums.calendar AND clocks.since_at >= sums.opens_at
),
-- at each time something ended: how many were answered then, of how many that had not ended before
steps AS (
    SELECT group_name, seconds, count(*) FILTER (is_answered) AS answered,
           sum(count(*)) OVER (PARTITION BY group_name ORDER BY seconds DESC) AS left_over
    FROM waits
    GROUP BY group_name, seconds
),
-- the share not answered by then; the logarithm of 0, when the last one is answered, is left out and made up for
curves AS (
    SELECT group_name, seconds,
           CASE WHEN answered = left_over THEN 0
                ELSE exp(sum(CASE WHEN answered < left_over THEN ln(1 - answered / left_over) END)
                         OVER (PARTITION BY group_name ORDER BY seconds)) END AS unanswered
    FROM steps
),
-- shares are products of many fractions: a billionth is nothing
reached AS (
    SELECT group_name, min(seconds) FILTER (unanswered <= 0.5 + 1e-9) AS p50,
           min(seconds) FILTER (unanswered <= 0.1 + 1e-9) AS p90
    FROM curves
    GROUP BY group_name
),
summed AS (
    SELECT group_name, count(*) AS clocks, count(*) FILTER (is_answered) AS answered,
           count(*) FILTER (is_waiting) AS waiting,
           quantile_cont(seconds, 0.5) FILTER (is_answered) AS p50,
           quantile_cont(seconds, 0.9) FILTER (is_answered) AS p90,
           max(seconds) FILTER (is_waiting) AS longest
    FROM waits
    GROUP BY group_name
)
SELECT summed.group_name,
       clocks::BIGINT AS clocks_count,
       answered::BIGINT AS answered_count,
       waiting::BIGINT AS waiting_count,
       reached.p50::DOUBLE AS km_p50_seconds,
       reached.p90::DOUBLE AS km_p90_seconds,
       summed.p50::DOUBLE AS naive_p50_seconds,
       summed.p90::DOUBLE AS naive_p90_seconds,
       longest::BIGINT AS longest_waiting_seconds
FROM summed JOIN reached ON reached.group_name IS NOT DISTINCT FROM summed.group_name
ORDER BY clocks DESC, summed.group_name
