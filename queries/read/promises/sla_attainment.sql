-- sla_attainment: how many promises were kept, of those that were due in a window.
--
-- A clock belongs to the window in which its due date lies, as its segment in force at `now` has it. Met is one that an
-- answer or a resolution has stopped within its target; breached one that took longer, whatever stopped it, one that
-- was closed without an answer, and one that still runs past its target. What runs and is not yet overdue is out, and
-- so is what was set aside or excluded: that is told, and counted nowhere. A group of which nothing is told does not
-- come back.
--
-- tick    60s
-- param   since      timestamp               due at or after, inclusive
-- param   until      timestamp               due before, exclusive
-- param   group_by   varchar    = "track"    all, track, metric, brand, owner or platform
-- param   metrics    varchar[]  = []         frt, nrt, resolution; empty list means all
-- param   brands     varchar[]  = []         empty list means all
-- param   platforms  varchar[]  = []         empty list means all
-- param   now        timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now        as it was known then
-- column  group_name          varchar  all, or the track, metric, brand, owner or platform; unknown where it is not known
-- column  met_count           bigint   promises kept
-- column  breached_count      bigint   promises broken
-- column  open_overdue_count  bigint   those of them whose clock still runs
-- column  attainment_share    double   met / (met + breached); unknown when there is neither
-- column  wilson_low_share    double   the true share lies above it in 39 of 40 cases (Wilson, 95 %)
-- column  wilson_high_share   double   and below it in 39 of 40
-- column  target_share        double   the share meant to be kept, in force as the window ends or at `now`; unknown unless all its tracks agree
-- column  set_aside_count     bigint   due in the window and merged, declined or acknowledged in time, or of unknown time
-- column  triaged_out_count   bigint   due in the window and excluded
-- grain   group_name
WITH due AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'track' THEN track WHEN 'metric' THEN metric
                WHEN 'brand' THEN brand WHEN 'owner' THEN owner WHEN 'platform' THEN platform
                ELSE error('group_by must be all, track, metric, brand, owner or platform, not "'
                           || $group_by::VARCHAR || '"')
           END AS group_name,
           track,
           CASE WHEN stopped_at <= $now::TIMESTAMP THEN outcome ELSE 'runs' END AS ended_by,
           CASE WHEN stopped_at <= $now::TIMESTAMP THEN elapsed_seconds > target_seconds
                WHEN is_paused THEN before_seconds > target_seconds
                ELSE breaches_at < $now::TIMESTAMP END AS is_late,
           count(*) AS clocks
    FROM clock_segments
    WHERE due_at >= $since::TIMESTAMP AND due_at < $until::TIMESTAMP
      AND since_at <= $now::TIMESTAMP AND (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND started_at <= $now::TIMESTAMP AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND (len($metrics::VARCHAR[]) = 0 OR list_contains($metrics::VARCHAR[], metric))
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
    GROUP BY ALL
),
fates AS (
    SELECT *,
           CASE WHEN ended_by IN ('excluded', 'merged', 'unknown') THEN ended_by
                WHEN ended_by = 'unanswered' OR is_late THEN 'breached'
                WHEN ended_by IN ('answered', 'resolved') THEN 'met'
                WHEN ended_by <> 'runs' THEN ended_by END AS fate
    FROM due
),
-- HAVING, since a WHERE would be worked out once more for each row of the scan
tracks AS (
    SELECT group_name, track,
           coalesce(sum(clocks) FILTER (fate = 'met'), 0) AS met,
           coalesce(sum(clocks) FILTER (fate = 'breached'), 0) AS breached,
           coalesce(sum(clocks) FILTER (fate = 'breached' AND ended_by = 'runs'), 0) AS overdue,
           coalesce(sum(clocks) FILTER (fate IN ('merged', 'unknown', 'declined', 'acknowledged')), 0) AS aside,
           coalesce(sum(clocks) FILTER (fate = 'excluded'), 0) AS excluded
    FROM fates
    GROUP BY group_name, track
    HAVING met + breached + aside + excluded > 0
),
goals AS (
    SELECT track, any_value(attainment_target_share) AS goal
    FROM policies
    WHERE (from_at IS NULL OR from_at <= least($until::TIMESTAMP - INTERVAL 1 SECOND, $now::TIMESTAMP))
      AND (until_at IS NULL OR until_at > least($until::TIMESTAMP - INTERVAL 1 SECOND, $now::TIMESTAMP))
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
    GROUP BY track
),
counted AS (
    SELECT group_name, sum(met) AS met, sum(breached) AS breached, sum(overdue) AS overdue, sum(aside) AS aside,
           sum(excluded) AS excluded, sum(met + breached) AS n, sum(met) / nullif(sum(met + breached), 0) AS share,
           CASE WHEN count(goal) = count(*) AND min(goal) = max(goal) THEN min(goal) END AS goal
    FROM tracks LEFT JOIN goals USING (track)
    GROUP BY group_name
),
-- Wilson's interval at z = 1.959964; rounded so that of all or none it ends at 1 or 0
measured AS (
    SELECT *, pow(1.959964, 2) AS zz, (share + zz / (2 * n)) / (1 + zz / n) AS middle,
           sqrt(zz * (share * (1 - share) / n + zz / (4 * n * n))) / (1 + zz / n) AS half
    FROM counted
)
SELECT group_name,
       met::BIGINT AS met_count,
       breached::BIGINT AS breached_count,
       overdue::BIGINT AS open_overdue_count,
       share::DOUBLE AS attainment_share,
       CASE WHEN share IS NOT NULL THEN greatest(0, round(middle - half, 12)) END::DOUBLE AS wilson_low_share,
       CASE WHEN share IS NOT NULL THEN least(1, round(middle + half, 12)) END::DOUBLE AS wilson_high_share,
       goal::DOUBLE AS target_share,
       aside::BIGINT AS set_aside_count,
       excluded::BIGINT AS triaged_out_count
FROM measured
ORDER BY n DESC, group_name
