-- backlog_ageing: the running clocks by how much of their target they have used.
--
-- Used is open time of the clock's calendar, without pauses. Exactly 100 % is not over: what is above it is overdue,
-- and exactly 200 % is not above 200. Each group comes back with all of its bands, in their order.
--
-- tick    60s
-- param   group_by   varchar    = "all"      all, track, owner, platform or metric
-- param   metrics    varchar[]  = []         frt, nrt, resolution; empty list means all
-- param   brands     varchar[]  = []         empty list means all
-- param   platforms  varchar[]  = []         empty list means all
-- param   now        timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now        as it was known then
-- column  group_name         varchar    all, or the track, owner, platform or metric; unknown where it is not known
-- column  band               varchar    under 50, 50 to 75, 75 to 100, 100 to 200 or over 200: percent of the target
-- column  clocks_count       bigint     clocks that run; a group without any does not come back
-- column  unowned_count      bigint     those of them that nobody owns
-- column  paused_count       bigint     those of them in a pause; overdue ones are not counted as paused
-- column  oldest_started_at  timestamp  when the one that began first began
-- grain   group_name, band
WITH running AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'track' THEN track WHEN 'owner' THEN owner
                WHEN 'platform' THEN platform WHEN 'metric' THEN metric
                ELSE error('group_by must be all, track, owner, platform or metric, not "' || $group_by::VARCHAR || '"')
           END AS group_name,
           owner, calendar, started_at, since_at, is_paused, target_seconds, before_seconds
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
used AS (
    SELECT group_name, owner, started_at, is_paused,
           CASE WHEN is_paused THEN before_seconds
                ELSE before_seconds + coalesce(total, 0)
                     - coalesce(before + least(epoch(since_at - opens_at), open_seconds), 0)
           END::BIGINT * 100 AS percents, target_seconds
    FROM running LEFT JOIN totals USING (calendar)
    ASOF LEFT JOIN sums ON running.calendar = sums.calendar AND running.since_at >= sums.opens_at
),
counted AS (
    SELECT group_name,
           CASE WHEN percents < 50 * target_seconds THEN 1 WHEN percents < 75 * target_seconds THEN 2
                WHEN percents <= 100 * target_seconds THEN 3 WHEN percents <= 200 * target_seconds THEN 4
                ELSE 5 END AS place,
           count(*) AS clocks, count(*) FILTER (owner IS NULL) AS unowned,
           count(*) FILTER (is_paused AND percents <= 100 * target_seconds) AS paused,
           min(started_at) AS oldest_started_at
    FROM used
    GROUP BY group_name, place
),
bands AS (
    SELECT unnest(['under 50', '50 to 75', '75 to 100', '100 to 200', 'over 200']) AS band,
           unnest([1, 2, 3, 4, 5]) AS place
),
whole AS (
    SELECT group_name, sum(clocks) AS clocks FROM counted GROUP BY group_name
)
SELECT whole.group_name,
       band,
       coalesce(counted.clocks, 0)::BIGINT AS clocks_count,
       coalesce(unowned, 0)::BIGINT AS unowned_count,
       coalesce(paused, 0)::BIGINT AS paused_count,
       oldest_started_at
FROM whole CROSS JOIN bands
LEFT JOIN counted ON counted.group_name IS NOT DISTINCT FROM whole.group_name AND counted.place = bands.place
ORDER BY whole.clocks DESC, whole.group_name, bands.place
