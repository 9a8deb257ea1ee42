-- breach_causes: why promises were broken, each broken one for exactly one reason.
--
-- These are the clocks that sla_attainment counts as breached: due in the window, breached at `now`. What counts is the
-- time in which the promise could still have been kept: from the clock's start until its breach, or until it was closed
-- without an answer. The first of these that is true is its cause:
--
-- nobody on shift: of the open time of the clock's calendar in it, at least half passed with no shift of the roster on.
-- Before the roster begins nothing is known of who was there.
-- backlog above capacity: more waited when it began, and were due before it, than the heads on shift could answer in
-- it. First and next responses are one line, resolutions another. Whoever was overdue already, and for whom nothing
-- was done until the breach, does not count. What a head answers in an hour is what it has in a busy one, the
-- 90th percentile of the 28 days (UTC) before the clock's day; one for each head on shift is always held possible.
-- With less than 24 staffed hours to go by this cannot be said.
-- reassigned or unowned: nobody had been given the case, or had taken it, for more than half of the open time in it; or
-- it went at least twice from one owner to another in it. A source that never tells owners leaves no case unowned.
-- calendar or policy change: the clock was given another track, priority, target or calendar, and with what held before
-- it would have been kept, or would not be broken yet at `now`; pauses after the change are not credited to it.
-- slow reply: none of these: somebody had it, and there was room.
--
-- tick    60s
-- param   since      timestamp               due at or after, inclusive
-- param   until      timestamp               due before, exclusive
-- param   group_by   varchar    = "all"      all, track, metric, owner, platform, case or clock
-- param   case_ids   varchar[]  = []         only breaches of these; empty list means all
-- param   metrics    varchar[]  = []         frt, nrt, resolution; empty list means all
-- param   brands     varchar[]  = []         empty list means all
-- param   platforms  varchar[]  = []         empty list means all
-- param   now        timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now        as it was known then
-- column  group_name      varchar  all, or the track, metric, owner, platform, case_id or "case_id metric cycle"; unknown where it is not known
-- column  cause           varchar  why, as above: nobody on shift to slow reply
-- column  breached_count  bigint   promises broken for this reason; a reason without any does not come back
-- grain   group_name, cause
WITH segments AS MATERIALIZED (
    SELECT case_key, case_id, metric, cycle, brand, platform, owner, track, priority, calendar, started_at, since_at,
           CASE WHEN until_at <= $now::TIMESTAMP THEN until_at END AS until_at, is_paused, target_seconds,
           before_seconds, due_at, breaches_at, outcome, elapsed_seconds,
           CASE WHEN stopped_at <= $now::TIMESTAMP THEN stopped_at END AS stopped_at,
           CASE metric WHEN 'resolution' THEN 'resolution' ELSE 'answer' END AS line
    FROM clock_segments
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND started_at <= $now::TIMESTAMP AND since_at <= $now::TIMESTAMP
),
breached AS MATERIALIZED (
    SELECT row_number() OVER () AS breach, *,
           outcome = 'unanswered' AND stopped_at IS NOT NULL AS is_unanswered,
           CASE WHEN stopped_at IS NOT NULL AND elapsed_seconds <= target_seconds THEN stopped_at
                ELSE greatest(breaches_at, started_at) END AS broken_at
    FROM segments
    WHERE until_at IS NULL AND due_at >= $since::TIMESTAMP AND due_at < $until::TIMESTAMP
      AND CASE WHEN stopped_at IS NOT NULL THEN outcome NOT IN ('merged', 'excluded', 'unknown')
                    AND (outcome = 'unanswered' OR elapsed_seconds > target_seconds)
               WHEN is_paused THEN before_seconds > target_seconds
               ELSE breaches_at < $now::TIMESTAMP END
      AND (len($case_ids::VARCHAR[]) = 0 OR list_contains($case_ids::VARCHAR[], case_id))
      AND (len($metrics::VARCHAR[]) = 0 OR list_contains($metrics::VARCHAR[], metric))
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
-- who had the case
given AS (
    SELECT case_key, happened_at, kind <> 'handed_over' AS is_taken,
           coalesce(owner, CASE WHEN kind IN ('claimed', 'accepted') THEN actor END) AS owner,
           lag(coalesce(owner, CASE WHEN kind IN ('claimed', 'accepted') THEN actor END) IGNORE NULLS) OVER
               (PARTITION BY case_key ORDER BY happened_at, kind = 'accepted', event_key) AS owner_before
    FROM case_events SEMI JOIN breached USING (case_key)
    WHERE kind IN ('assigned', 'claimed', 'accepted', 'handed_over') AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP AND NOT is_drill
),
telling AS (
    SELECT DISTINCT source
    FROM case_events
    WHERE kind IN ('assigned', 'claimed', 'accepted') AND known_from_at <= $known_at::TIMESTAMP
      AND happened_at >= (SELECT min(started_at) FROM breached) - INTERVAL 28 DAY
),
records AS (
    SELECT case_key, arg_min_null(owner, known_from_at) IS NOT NULL AS is_given,
           bool_or(source IN (SELECT source FROM telling)) AS is_told
    FROM cases SEMI JOIN breached USING (case_key)
    WHERE known_from_at <= $known_at::TIMESTAMP
    GROUP BY case_key
),
owned AS (
    SELECT breach,
           CASE WHEN any_value(records.is_given) OR NOT any_value(records.is_told) THEN any_value(started_at)
                ELSE min(happened_at) FILTER (is_taken) END AS taken_at,
           count(*) FILTER (given.owner <> owner_before AND happened_at >= started_at AND happened_at < broken_at)
               AS changes
    FROM breached LEFT JOIN records USING (case_key) LEFT JOIN given USING (case_key)
    GROUP BY breach
),
-- who was on shift: between two of these instants as many heads as here, and so many head-seconds before them
steps AS (
    SELECT unnest([starts_at, ends_at]) AS moved_at, unnest([heads, -heads]) AS change
    FROM shifts
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_on_call
),
levels AS (
    SELECT moved_at, sum(sum(change)) OVER (ORDER BY moved_at) AS heads,
           lead(moved_at) OVER (ORDER BY moved_at) AS next_at
    FROM steps
    GROUP BY moved_at
),
roster AS MATERIALIZED (
    SELECT moved_at, next_at, heads,
           coalesce(sum(heads * epoch(next_at - moved_at)) OVER
               (ORDER BY moved_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS worked
    FROM levels
),
-- open seconds of the calendars, and those of them with nobody on shift
hours AS (
    SELECT calendar, opens_at, closes_at
    FROM calendar_hours
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND calendar IN (SELECT calendar FROM breached)
),
spans AS (
    SELECT 'open' AS kind, calendar, opens_at AS since_at, closes_at AS until_at FROM hours
    UNION ALL
    SELECT 'empty', calendar, greatest(opens_at, moved_at), least(closes_at, next_at)
    FROM hours JOIN roster ON opens_at < next_at AND closes_at > moved_at
    WHERE heads = 0
),
summed AS (
    SELECT *, coalesce(sum(epoch(until_at - since_at)) OVER (PARTITION BY kind, calendar ORDER BY since_at
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM spans
),
parts AS (
    SELECT breached.breach, segments.calendar, greatest(segments.since_at, breached.started_at) AS from_at,
           least(segments.until_at, breached.broken_at) AS to_at,
           least(greatest(coalesce(taken_at, to_at), from_at), to_at) AS owned_at
    FROM breached JOIN segments USING (case_key, metric, cycle) JOIN owned USING (breach)
    WHERE NOT segments.is_paused AND segments.since_at < breached.broken_at
),
edges AS (
    SELECT breach, calendar, unnest(['open', 'open', 'empty', 'empty', 'open', 'open']) AS kind,
           unnest(['passed', 'passed', 'empty', 'empty', 'unowned', 'unowned']) AS what,
           unnest([1, -1, 1, -1, 1, -1]) AS sign,
           unnest([to_at, from_at, to_at, from_at, owned_at, from_at]) AS edge_at
    FROM parts
),
measured AS (
    SELECT breach, what,
           sum(sign * coalesce(before + epoch(least(edge_at, until_at) - since_at), 0)) AS seconds
    FROM edges ASOF LEFT JOIN summed
         ON edges.kind = summed.kind AND edges.calendar = summed.calendar AND edge_at >= since_at
    GROUP BY breach, what
),
passed AS (
    SELECT breach, any_value(seconds) FILTER (what = 'passed') AS passed_seconds,
           any_value(seconds) FILTER (what = 'empty') AS empty_seconds,
           any_value(seconds) FILTER (what = 'unowned') AS unowned_seconds
    FROM measured
    GROUP BY breach
),
-- what a head on shift answers in an hour when there is much to do
days AS (
    SELECT DISTINCT line, date_trunc('day', started_at) AS day FROM breached
),
slots AS (
    SELECT unnest(generate_series(greatest(min(day) - INTERVAL 28 DAY, (SELECT min(started_at) FROM segments)),
                                  max(day) - INTERVAL 1 HOUR, INTERVAL 1 HOUR)) AS moment
    FROM days
),
hourly AS (
    SELECT unnest([date_trunc('hour', moment), date_trunc('hour', moment) + INTERVAL 1 HOUR]) AS moment FROM slots
),
moments AS (
    SELECT moment FROM hourly
    UNION
    SELECT unnest([started_at, broken_at]) FROM breached
),
work AS MATERIALIZED (
    SELECT moment, CASE WHEN next_at IS NOT NULL OR moment = moved_at
                        THEN worked + heads * epoch(moment - moved_at) END / 3600 AS head_hours
    FROM moments ASOF LEFT JOIN roster ON moment >= moved_at
),
answers AS (
    SELECT line, date_trunc('hour', stopped_at) AS hour, count(*) AS answers
    FROM segments
    WHERE stopped_at >= (SELECT min(day) - INTERVAL 28 DAY FROM days)
      AND outcome = CASE line WHEN 'resolution' THEN 'resolved' ELSE 'answered' END
    GROUP BY line, hour
),
staffed AS (
    SELECT first.moment AS hour, next.head_hours - first.head_hours AS head_hours
    FROM work AS first JOIN work AS next ON next.moment = first.moment + INTERVAL 1 HOUR
    WHERE first.moment = date_trunc('hour', first.moment) AND next.head_hours > first.head_hours
),
paces AS (
    SELECT line, day, quantile_cont(coalesce(answers, 0) / head_hours, 0.9) AS pace
    FROM days JOIN staffed ON hour >= day - INTERVAL 28 DAY AND hour < day LEFT JOIN answers USING (line, hour)
    GROUP BY line, day
    HAVING count(*) >= 24
),
-- who waited before it: due in its time, or overdue already and worked on in it
others AS (
    SELECT line, since_at, coalesce(until_at, stopped_at) AS ends_at, breaches_at, false AS is_late,
           epoch_us(breaches_at) // 3600000000 AS hour
    FROM segments
    WHERE NOT is_paused
    UNION ALL
    SELECT line, since_at, coalesce(until_at, stopped_at) AS ends_at, breaches_at, true,
           epoch_us(coalesce(until_at, stopped_at)) // 3600000000
    FROM segments
    WHERE NOT is_paused AND coalesce(until_at, stopped_at) > breaches_at
),
windows AS (
    SELECT breach, line, started_at, broken_at,
           unnest(range(epoch_us(started_at) // 3600000000, epoch_us(broken_at) // 3600000000 + 1)) AS hour
    FROM breached
),
ahead AS (
    SELECT breach, count(*) AS waiting
    FROM windows JOIN others USING (line, hour)
    WHERE since_at < started_at AND (ends_at IS NULL OR ends_at > started_at)
      AND CASE WHEN is_late THEN breaches_at < started_at AND ends_at <= broken_at
               ELSE breaches_at >= started_at AND breaches_at < broken_at END
    GROUP BY breach
),
queued AS (
    SELECT breach, waiting, pace * (last.head_hours - first.head_hours) AS capacity,
           (last.head_hours - first.head_hours) * 3600 / epoch(broken_at - started_at) AS heads
    FROM breached JOIN ahead USING (breach)
    JOIN paces ON paces.line = breached.line AND day = date_trunc('day', started_at)
    JOIN work AS first ON first.moment = started_at JOIN work AS last ON last.moment = broken_at
    WHERE broken_at > started_at
),
changed AS (
    SELECT DISTINCT breach
    FROM breached JOIN segments AS earlier USING (case_key, metric, cycle)
    WHERE earlier.since_at < breached.since_at AND NOT earlier.is_paused AND NOT coalesce(is_unanswered, false)
      AND (earlier.track, earlier.priority, earlier.target_seconds, earlier.calendar)
          IS DISTINCT FROM (breached.track, breached.priority, breached.target_seconds, breached.calendar)
      AND (earlier.target_seconds IS NULL
           OR coalesce(breached.stopped_at, $now::TIMESTAMP) <= earlier.breaches_at)
),
judged AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'track' THEN track WHEN 'metric' THEN metric
                WHEN 'owner' THEN owner WHEN 'platform' THEN platform WHEN 'case' THEN case_id
                WHEN 'clock' THEN concat_ws(' ', case_id, metric, cycle)
                ELSE error('group_by must be all, track, metric, owner, platform, case or clock, not "'
                           || $group_by::VARCHAR || '"')
           END AS group_name,
           CASE WHEN empty_seconds > 0 AND 2 * empty_seconds >= passed_seconds THEN 'nobody on shift'
                WHEN waiting > capacity AND waiting > heads THEN 'backlog above capacity'
                WHEN 2 * unowned_seconds > passed_seconds OR changes >= 2 THEN 'reassigned or unowned'
                WHEN changed.breach IS NOT NULL THEN 'calendar or policy change'
                ELSE 'slow reply' END AS cause
    FROM breached JOIN owned USING (breach) LEFT JOIN passed USING (breach) LEFT JOIN queued USING (breach)
    LEFT JOIN changed USING (breach)
)
SELECT group_name, cause, count(*)::BIGINT AS breached_count
FROM judged
GROUP BY group_name, cause
ORDER BY sum(count(*)) OVER (PARTITION BY group_name) DESC, group_name,
         list_position(['nobody on shift', 'backlog above capacity', 'reassigned or unowned',
                        'calendar or policy change', 'slow reply'], cause)
