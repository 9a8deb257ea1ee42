-- resolution_times: how long it takes until cases are resolved, by when they were opened.
--
-- What a case is at `now` is what its last event of these says: resolved; declined (over, and not resolved);
-- reopened (open again); merged or excluded (not counted at all). Of two at the same instant a reopening comes first,
-- since many sources know minutes only. The time is from the opening to the last `resolved`, over all cycles, gross:
-- no calendar, and pauses count. A case resolved before it was opened counts, and its time is not known.
-- Track, priority and owner are what the newest event says, else what the case's record says.
--
-- tick    60s
-- param   since           timestamp               opened at or after, inclusive
-- param   until           timestamp               opened before, exclusive
-- param   group_by        varchar    = "all"      all, brand, track, platform, priority or owner
-- param   brands          varchar[]  = []         empty list means all
-- param   platforms       varchar[]  = []         empty list means all
-- param   now             timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at        timestamp  = now        as it was known then
-- column  group_name      varchar    all, or the brand, track, platform, priority or owner; unknown where it is not known
-- column  cases_count     bigint     cases opened; merged and excluded ones are not counted
-- column  resolved_count  bigint     those that are resolved
-- column  open_count      bigint     those that are not over; what is missing to cases_count was declined
-- column  reopened_count  bigint     those that were reopened at least once
-- column  p50_seconds     double     half of the resolved took at most so long; unknown when no time is known
-- column  p90_seconds     double     nine of ten took at most so long
-- column  p95_seconds     double     19 of 20 took at most so long
-- grain   group_name
WITH opened AS (
    SELECT case_key, opened_at, brand, platform, track, priority, owner
    FROM cases
    WHERE opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP AND opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
happened AS (
    SELECT case_key, event_key, kind, happened_at, track, priority,
           CASE WHEN kind IN ('assigned', 'claimed', 'accepted')
                THEN coalesce(owner, CASE WHEN kind <> 'assigned' THEN actor END) END AS owner,
           -- in the order of the list; the instant and the place in it are one number, which is far faster to compare
           nullif(list_position(['reopened', 'resolved', 'declined', 'merged', 'excluded'], kind), 0) AS step
    FROM case_events SEMI JOIN opened USING (case_key)
    WHERE (kind IN ('reopened', 'resolved', 'declined', 'merged', 'excluded')
           OR ($group_by::VARCHAR IN ('track', 'priority') AND kind = 'changed')
           OR ($group_by::VARCHAR = 'owner' AND kind IN ('assigned', 'claimed', 'accepted')))
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
),
events AS (
    SELECT case_key,
           max(epoch_us(happened_at) * 8 + step) % 8 AS step,
           max(happened_at) FILTER (step = 2) AS resolved_at,
           bool_or(step = 1) AS is_reopened,
           arg_max(track, row(happened_at, event_key)) FILTER (kind = 'changed' AND track IS NOT NULL) AS track,
           arg_max(priority, row(happened_at, event_key)) FILTER (kind = 'changed' AND priority IS NOT NULL) AS priority,
           arg_max(owner, row(happened_at, event_key)) FILTER (owner IS NOT NULL) AS owner
    FROM happened
    GROUP BY case_key
),
worked AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'brand' THEN opened.brand
                WHEN 'track' THEN coalesce(events.track, opened.track) WHEN 'platform' THEN opened.platform
                WHEN 'priority' THEN coalesce(events.priority, opened.priority)
                WHEN 'owner' THEN coalesce(events.owner, opened.owner)
                ELSE error('group_by must be all, brand, track, platform, priority or owner, not "'
                           || $group_by::VARCHAR || '"')
           END AS group_name,
           coalesce(step, 1) AS step, is_reopened,
           CASE WHEN step = 2 AND resolved_at >= opened_at THEN epoch(resolved_at - opened_at) END AS seconds
    FROM opened LEFT JOIN events USING (case_key)
    WHERE step IS NULL OR step < 4
)
SELECT group_name,
       count(*)::BIGINT AS cases_count,
       count(*) FILTER (step = 2)::BIGINT AS resolved_count,
       count(*) FILTER (step = 1)::BIGINT AS open_count,
       count(*) FILTER (is_reopened)::BIGINT AS reopened_count,
       quantile_cont(seconds, 0.5)::DOUBLE AS p50_seconds,
       quantile_cont(seconds, 0.9)::DOUBLE AS p90_seconds,
       quantile_cont(seconds, 0.95)::DOUBLE AS p95_seconds
FROM worked
GROUP BY group_name
ORDER BY cases_count DESC, group_name
