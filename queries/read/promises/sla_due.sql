-- sla_due: how many promises are overdue, and how many fall due within the hour.
--
-- Every running clock is one of these: overdue, due within 60 minutes, later, or paused. A clock is overdue from just
-- after the instant at which its target is passed on: one whose time ends with the closing of its calendar, from when
-- that opens again. Minutes are those of the clock on the wall. Paused are those that are not overdue.
--
-- tick    5s
-- param   group_by   varchar    = "track"    all, track, owner, platform or metric
-- param   metrics    varchar[]  = []         frt, nrt, resolution; empty list means all
-- param   brands     varchar[]  = []         empty list means all
-- param   platforms  varchar[]  = []         empty list means all
-- param   now        timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now        as it was known then
-- column  group_name         varchar    all, or the track, owner, platform or metric; unknown where it is not known
-- column  running_count      bigint     clocks that run; a group without any does not come back
-- column  overdue_count      bigint     those past their target
-- column  due_15m_count      bigint     those that will be overdue in 15 minutes unless they are stopped
-- column  due_30m_count      bigint     in 30 minutes, with those before
-- column  due_60m_count      bigint     in 60 minutes, with those before
-- column  later_count        bigint     those that will be overdue later than that
-- column  paused_count       bigint     those in a pause
-- column  unowned_count      bigint     those that nobody owns
-- column  oldest_started_at  timestamp  when the one that began first began
-- column  next_due_at        timestamp  the earliest due date of those that are neither overdue nor paused
-- grain   group_name
WITH running AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'track' THEN track WHEN 'owner' THEN owner
                WHEN 'platform' THEN platform WHEN 'metric' THEN metric
                ELSE error('group_by must be all, track, owner, platform or metric, not "' || $group_by::VARCHAR || '"')
           END AS group_name,
           owner, started_at, due_at, breaches_at,
           CASE WHEN before_seconds > target_seconds THEN 'overdue'
                WHEN is_paused THEN 'paused'
                WHEN breaches_at < $now::TIMESTAMP THEN 'overdue'
                ELSE 'due' END AS state
    FROM clock_segments
    WHERE (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND (stopped_at IS NULL OR stopped_at > $now::TIMESTAMP)
      AND since_at <= $now::TIMESTAMP AND started_at <= $now::TIMESTAMP AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND (len($metrics::VARCHAR[]) = 0 OR list_contains($metrics::VARCHAR[], metric))
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
)
SELECT group_name,
       count(*)::BIGINT AS running_count,
       count(*) FILTER (state = 'overdue')::BIGINT AS overdue_count,
       count(*) FILTER (state = 'due' AND breaches_at <= $now::TIMESTAMP + INTERVAL 15 MINUTE)::BIGINT AS due_15m_count,
       count(*) FILTER (state = 'due' AND breaches_at <= $now::TIMESTAMP + INTERVAL 30 MINUTE)::BIGINT AS due_30m_count,
       count(*) FILTER (state = 'due' AND breaches_at <= $now::TIMESTAMP + INTERVAL 60 MINUTE)::BIGINT AS due_60m_count,
       -- nor can one be due sooner whose date lies behind all that is written out of its calendar
       count(*) FILTER (state = 'due'
                        AND (breaches_at IS NULL OR breaches_at > $now::TIMESTAMP + INTERVAL 60 MINUTE))::BIGINT
           AS later_count,
       count(*) FILTER (state = 'paused')::BIGINT AS paused_count,
       count(*) FILTER (owner IS NULL)::BIGINT AS unowned_count,
       min(started_at) AS oldest_started_at,
       min(due_at) FILTER (state = 'due') AS next_due_at
FROM running
GROUP BY group_name
ORDER BY overdue_count DESC, due_60m_count DESC, running_count DESC, group_name
