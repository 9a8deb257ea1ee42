-- clock_promises: what visitors are promised, clock by clock: each public promise promise_kept counts, kept or broken.
--
-- The same clocks and the same rules, for the same text up to the last table; a test compares both.
--
-- tick    60s
-- param   since      timestamp            publicly due at or after, inclusive
-- param   until      timestamp            publicly due before, exclusive
-- param   brands     varchar[]  = []      empty list means all
-- param   platforms  varchar[]  = []      empty list means all
-- param   now        timestamp  = now     the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now     as it was known then
-- column  clock_id  varchar  "case_id metric cycle"
-- column  is_kept   boolean  whether the public promise was kept
-- grain   clock_id
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
    SELECT concat_ws(' ', case_id, metric, cycle) AS clock_id,
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
    SELECT clock_id, calendar, public_target_seconds, stopped_at, is_broken, from_at, before_seconds
    FROM clocks
    WHERE before_seconds <= public_target_seconds
    UNION ALL
    SELECT clock_id, calendar, public_target_seconds, stopped_at, is_broken, since_at AS from_at, before_seconds
    FROM passing
),
aimed AS (
    SELECT counted.*, coalesce(before + least(epoch(from_at - opens_at), open_seconds), 0)
                      + public_target_seconds - before_seconds AS aim
    FROM counted ASOF LEFT JOIN sums ON counted.calendar = sums.calendar AND counted.from_at >= sums.opens_at
),
due AS (
    SELECT clock_id, public_target_seconds,
           CASE WHEN stopped_at IS NULL THEN is_broken OR reached_now > aim ELSE is_broken END AS is_broken,
           stopped_at IS NULL AS is_running
    FROM aimed ASOF JOIN sums ON aimed.calendar = sums.calendar AND aimed.aim > sums.before
    LEFT JOIN reaches ON reaches.calendar = aimed.calendar
    WHERE aim - before <= open_seconds
      AND opens_at + to_seconds(aim - before) >= $since::TIMESTAMP
      AND opens_at + to_seconds(aim - before) < $until::TIMESTAMP
)
SELECT clock_id, NOT is_broken AS is_kept FROM due WHERE is_broken OR NOT is_running ORDER BY clock_id
