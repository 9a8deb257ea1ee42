-- explain_clock: how the time of each clock of one case counts, span by span.
--
-- A clock runs from its start to its stop, else to the later of `now` and its due date. A pause is one part, its closed
-- hours included. Time that is closed is cut where a holiday or a special day begins or ends. The last part of a clock
-- tells what is in force. Up to `now` counted_seconds adds up to the clock's elapsed time, up to its due date to its
-- target. A clock nothing is promised for has no part.
--
-- tick    5s
-- param   case_id          varchar               platform:native id
-- param   now              timestamp  = now      the moment it is seen from: what is later has not happened yet
-- param   known_at         timestamp  = now      as it was known then
-- column  metric           varchar    frt, nrt or resolution
-- column  cycle            bigint     the run of nrt, the cycle of resolution; 1 for frt
-- column  part             bigint     its place in the clock, from 1
-- column  since_at         timestamp  from when, inclusive
-- column  until_at         timestamp  until when, exclusive
-- column  kind             varchar    counted; ahead: will count; closed; holiday: closed on one; special: closed on a day with other hours; paused
-- column  counted_seconds  bigint     how much of it counts, or will
-- column  total_seconds    bigint     that and all before it
-- column  track            varchar    whose promise holds
-- column  priority         varchar    of the case, small letters
-- column  calendar         varchar    which says when time counts
-- column  target_seconds   bigint     what is promised; unknown before anything is
-- column  detail           varchar    the holiday's name, the reason of the pause
-- grain   metric, cycle, part
WITH stored AS (
    SELECT metric, cycle, segment, track, priority, calendar, since_at, until_at, is_paused, reason, target_seconds,
           due_at, stopped_at, max(segment) OVER (PARTITION BY metric, cycle) AS last_segment
    FROM clock_segments
    WHERE case_id = $case_id::VARCHAR
      AND started_at <= $now::TIMESTAMP AND since_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
segments AS (
    SELECT row_number() OVER () AS place, *,
           CASE WHEN until_at <= $now::TIMESTAMP THEN until_at
                WHEN stopped_at <= $now::TIMESTAMP THEN stopped_at
                WHEN is_paused THEN $now::TIMESTAMP
                ELSE greatest(due_at, $now::TIMESTAMP) END AS end_at
    FROM stored
    SEMI JOIN (SELECT metric, cycle FROM stored WHERE segment = last_segment AND target_seconds IS NOT NULL) AS promised
        USING (metric, cycle)
),
hours AS (
    SELECT place, greatest(opens_at, since_at) AS since_at, least(closes_at, end_at) AS until_at
    FROM segments JOIN calendar_hours
        ON calendar_hours.calendar = segments.calendar AND opens_at < end_at AND closes_at > since_at
    WHERE NOT is_paused AND end_at > since_at
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
marks AS (
    SELECT place, since_at, until_at FROM hours
    UNION ALL
    SELECT place, since_at, since_at AS until_at FROM segments WHERE NOT is_paused
),
between_marks AS (
    SELECT place, marks.until_at AS since_at,
           coalesce(lead(marks.since_at) OVER (PARTITION BY place ORDER BY marks.since_at, marks.until_at), end_at)
               AS until_at
    FROM marks JOIN segments USING (place)
),
gaps AS (
    SELECT * FROM between_marks WHERE until_at > since_at
),
days AS (
    SELECT place, gaps.since_at AS gap_at, calendar_days.since_at, calendar_days.until_at, kind, name
    FROM gaps JOIN segments USING (place) JOIN calendar_days
        ON calendar_days.calendar = segments.calendar
       AND calendar_days.since_at < gaps.until_at AND calendar_days.until_at > gaps.since_at
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
edges AS (
    SELECT place, since_at AS gap_at, since_at AS edge_at FROM gaps
    UNION
    SELECT place, gap_at, unnest([since_at, until_at]) AS edge_at FROM days
),
cut AS (
    SELECT gaps.place, gap_at, edge_at AS since_at,
           coalesce(lead(edge_at) OVER (PARTITION BY gaps.place, gap_at ORDER BY edge_at), gaps.until_at) AS until_at
    FROM edges JOIN gaps ON gaps.place = edges.place AND gaps.since_at = gap_at
    WHERE edge_at >= gaps.since_at AND edge_at < gaps.until_at
),
closed AS (
    SELECT cut.place, cut.since_at, cut.until_at, coalesce(arg_max(kind, days.since_at), 'closed') AS kind,
           arg_max(name, days.since_at) AS detail
    FROM cut LEFT JOIN days
        ON days.place = cut.place AND days.gap_at = cut.gap_at
       AND days.since_at <= cut.since_at AND days.until_at > cut.since_at
    GROUP BY cut.place, cut.since_at, cut.until_at
),
parts AS (
    SELECT place, since_at, least(until_at, $now::TIMESTAMP) AS until_at, 'counted' AS kind, NULL AS detail
    FROM hours
    WHERE since_at < $now::TIMESTAMP
    UNION ALL
    SELECT place, greatest(since_at, $now::TIMESTAMP) AS since_at, until_at, 'ahead' AS kind, NULL AS detail
    FROM hours
    WHERE until_at > $now::TIMESTAMP
    UNION ALL
    SELECT place, since_at, until_at, kind, detail FROM closed
    UNION ALL
    SELECT place, since_at, end_at AS until_at, 'paused' AS kind, reason AS detail FROM segments WHERE is_paused
    UNION ALL
    -- a clock that stops as it starts has a part too
    SELECT place, since_at, end_at AS until_at, 'counted' AS kind, NULL AS detail
    FROM segments
    WHERE NOT is_paused AND end_at = since_at
),
measured AS (
    SELECT metric, cycle, parts.since_at, parts.until_at, kind, track, priority, calendar, target_seconds, detail,
           CASE WHEN kind IN ('counted', 'ahead')
                THEN epoch_us(parts.until_at) // 1000000 - epoch_us(parts.since_at) // 1000000 ELSE 0 END AS counted_seconds,
           row_number() OVER (PARTITION BY metric, cycle ORDER BY segment, parts.since_at, parts.until_at) AS part
    FROM parts JOIN segments USING (place)
)
SELECT metric, cycle, part, since_at, until_at, kind, counted_seconds::BIGINT AS counted_seconds,
       (sum(counted_seconds) OVER (PARTITION BY metric, cycle ORDER BY part))::BIGINT AS total_seconds,
       track, priority, calendar, target_seconds, detail
FROM measured
ORDER BY list_position(['frt', 'nrt', 'resolution'], metric), cycle, part
