-- promise_kept: how often what visitors are promised was kept, of what was due in a window.
--
-- A public target may be another than the one people are measured by inside, so that its due date is another one too:
-- the instant at which the clock's open time, without pauses, reaches the public target. One that was passed stays
-- where it was passed, as docs/promises.md says of targets. Kept and broken are counted as sla_attainment counts met
-- and breached: answered or resolved in time; or too late, closed without an answer, or still running past it. What
-- runs and is not yet overdue is out, and so is what was set aside or excluded. Clocks without a public target are not
-- looked at.
--
-- tick    60s
-- param   since      timestamp              publicly due at or after, inclusive
-- param   until      timestamp              publicly due before, exclusive
-- param   group_by   varchar    = "all"     all, track, metric, platform or clock
-- param   brands     varchar[]  = []        empty list means all
-- param   platforms  varchar[]  = []        empty list means all
-- param   now        timestamp  = now       the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now       as it was known then
-- column  group_name             varchar  all, or the track, metric, platform or "case_id metric cycle"; unknown where it is not known
-- column  promised_count         bigint   public promises kept or broken; a group without any does not come back
-- column  kept_count             bigint   those that were kept
-- column  broken_count           bigint   those that were broken
-- column  kept_share             double   kept / promised
-- column  wilson_low_share       double   the true share lies above it in 39 of 40 cases (Wilson, 95 %)
-- column  wilson_high_share      double   and below it in 39 of 40
-- column  public_target_seconds  bigint   what was promised; unknown when it was not the same for all of them
-- grain   group_name
WITH hours AS (
    SELECT calendar, opens_at, closes_at, epoch(closes_at - opens_at) AS open_seconds
    FROM calendar_hours
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
-- open seconds of a calendar before each opening
sums AS MATERIALIZED (
    SELECT calendar, opens_at, open_seconds,
           sum(open_seconds) OVER (PARTITION BY calendar ORDER BY opens_at) - open_seconds AS before
    FROM hours
),
-- and before `now`; what began before first_at was due before the window, even with the longest target
reaches AS (
    SELECT calendar, reached_now, max(opens_at) FILTER (before < reached_since - longest) AS first_at
    FROM sums JOIN (SELECT calendar,
                           sum(epoch(least(closes_at, $now::TIMESTAMP) - opens_at)) FILTER (opens_at < $now::TIMESTAMP)
                               AS reached_now,
                           coalesce(sum(epoch(least(closes_at, $since::TIMESTAMP) - opens_at))
                                    FILTER (opens_at < $since::TIMESTAMP), 0) AS reached_since
                    FROM hours
                    GROUP BY calendar) USING (calendar)
    CROSS JOIN (SELECT max(public_target_seconds) AS longest FROM clock_segments)
    GROUP BY calendar, reached_now
),
clocks AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'track' THEN track WHEN 'metric' THEN metric
                WHEN 'platform' THEN platform WHEN 'clock' THEN concat_ws(' ', case_id, metric, cycle)
                ELSE error('group_by must be all, track, metric, platform or clock, not "' || $group_by::VARCHAR || '"')
           END AS group_name,
           case_key, metric, cycle, calendar, before_seconds, public_target_seconds,
           CASE WHEN stopped_at <= $now::TIMESTAMP THEN stopped_at END AS stopped_at,
           -- from here on the open time is counted that is still missing
           CASE WHEN is_paused THEN stopped_at ELSE since_at END AS from_at,
           CASE WHEN stopped_at <= $now::TIMESTAMP
                THEN outcome = 'unanswered' OR elapsed_seconds > public_target_seconds
                ELSE before_seconds > public_target_seconds END AS is_broken
    FROM clock_segments LEFT JOIN reaches USING (calendar)
    WHERE public_target_seconds IS NOT NULL
      AND since_at <= $now::TIMESTAMP AND (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND started_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
      -- without what can neither be kept nor broken
      AND CASE WHEN stopped_at <= $now::TIMESTAMP
               THEN outcome IN ('answered', 'resolved', 'unanswered')
                    OR (outcome NOT IN ('merged', 'excluded', 'unknown') AND elapsed_seconds > public_target_seconds)
               ELSE NOT is_paused OR before_seconds > public_target_seconds END
      -- and without what cannot be due in the window
      AND (before_seconds > public_target_seconds
           OR ((from_at >= first_at OR first_at IS NULL)
               AND (since_at < $until::TIMESTAMP OR before_seconds = public_target_seconds)))
),
-- where the target was passed before the segment in force, the first segment that has passed it counts
history AS (
    SELECT passed.* EXCLUDE (calendar, from_at, before_seconds), segments.segment, segments.calendar,
           segments.since_at, segments.before_seconds,
           segments.public_target_seconds = passed.public_target_seconds AS is_same,
           lead(segments.before_seconds) OVER (PARTITION BY case_key, metric, cycle ORDER BY segments.segment)
               AS before_next
    FROM clock_segments AS segments
    JOIN (SELECT * FROM clocks WHERE before_seconds > public_target_seconds) AS passed USING (case_key, metric, cycle)
    WHERE segments.since_at <= $now::TIMESTAMP
      AND segments.known_from_at <= $known_at::TIMESTAMP
      AND (segments.known_until_at IS NULL OR segments.known_until_at > $known_at::TIMESTAMP)
),
passing AS (
    SELECT *
    FROM history
    WHERE is_same AND coalesce(before_next > public_target_seconds, true)
    QUALIFY row_number() OVER (PARTITION BY case_key, metric, cycle ORDER BY segment) = 1
),
counted AS (
    SELECT group_name, calendar, public_target_seconds, stopped_at, is_broken, from_at, before_seconds
    FROM clocks
    WHERE before_seconds <= public_target_seconds
    UNION ALL
    SELECT group_name, calendar, public_target_seconds, stopped_at, is_broken, since_at AS from_at, before_seconds
    FROM passing
),
aimed AS (
    SELECT counted.*, coalesce(before + least(epoch(from_at - opens_at), open_seconds), 0)
                      + public_target_seconds - before_seconds AS aim
    FROM counted ASOF LEFT JOIN sums ON counted.calendar = sums.calendar AND counted.from_at >= sums.opens_at
),
due AS (
    SELECT group_name, public_target_seconds,
           CASE WHEN stopped_at IS NULL THEN is_broken OR reached_now > aim ELSE is_broken END AS is_broken,
           stopped_at IS NULL AS is_running
    FROM aimed ASOF JOIN sums ON aimed.calendar = sums.calendar AND aimed.aim > sums.before
    LEFT JOIN reaches ON reaches.calendar = aimed.calendar
    WHERE aim - before <= open_seconds
      AND opens_at + to_seconds(aim - before) >= $since::TIMESTAMP
      AND opens_at + to_seconds(aim - before) < $until::TIMESTAMP
),
summed AS (
    SELECT group_name, count(*) AS n, count(*) FILTER (NOT is_broken) AS kept,
           count(*) FILTER (NOT is_broken) / count(*) AS share,
           CASE WHEN min(public_target_seconds) = max(public_target_seconds)
                THEN min(public_target_seconds) END AS promised
    FROM due
    WHERE is_broken OR NOT is_running
    GROUP BY group_name
),
-- Wilson's interval at z = 1.959964; rounded so that of all or none it ends at 1 or 0
measured AS (
    SELECT *, pow(1.959964, 2) AS zz, (share + zz / (2 * n)) / (1 + zz / n) AS middle,
           sqrt(zz * (share * (1 - share) / n + zz / (4 * n * n))) / (1 + zz / n) AS half
    FROM summed
)
SELECT group_name,
       n::BIGINT AS promised_count,
       kept::BIGINT AS kept_count,
       (n - kept)::BIGINT AS broken_count,
       share::DOUBLE AS kept_share,
       greatest(0, round(middle - half, 12))::DOUBLE AS wilson_low_share,
       least(1, round(middle + half, 12))::DOUBLE AS wilson_high_share,
       promised::BIGINT AS public_target_seconds
FROM measured
ORDER BY n DESC, group_name
