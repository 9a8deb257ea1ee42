-- clocks/pieces: clocks cut where track, priority or calendar change, each piece with the policy in force as it begins.
--
-- What a track no longer promises stays as it was promised; a clock that was never promised anything is none.
CREATE OR REPLACE TEMP TABLE clock_pieces AS
WITH rules AS (
    SELECT track, priority AS own_priority, clock_policies.calendar,
           [frt_seconds, nrt_seconds, resolution_seconds] AS targets,
           [public_frt_seconds, public_nrt_seconds, public_resolution_seconds] AS public_targets,
           coalesce(epoch_us(from_at) // 1000000, -9000000000) AS from_s,
           coalesce(epoch_us(until_at) // 1000000, 9000000000) AS until_s
    FROM clock_policies
),
cut AS (
    SELECT clock_no, metric, clock_list.case_key, stop_s, may_pause, start_s,
           greatest(start_s, clock_states.since_s) AS since_s,
           least(coalesce(stop_s, 9000000000), clock_states.until_s) AS until_s,
           track, priority, clock_states.calendar AS named_calendar
    FROM clock_list JOIN clock_states
        ON clock_states.case_key = clock_list.case_key
       AND clock_states.until_s > start_s
       AND clock_states.since_s <= coalesce(stop_s, 9000000000)  -- a change is read before what stops at the same second
),
ruled AS (
    SELECT cut.*, coalesce(named_calendar, own.calendar, common.calendar) AS own_calendar,
           -- a priority's own row goes before the track's
           CASE WHEN own.track IS NULL THEN common.targets[metric] ELSE own.targets[metric] END AS own_target,
           CASE WHEN own.track IS NULL THEN common.public_targets[metric] ELSE own.public_targets[metric] END AS own_public
    FROM cut
    LEFT JOIN rules AS own ON own.track = cut.track AND own.own_priority = cut.priority
        AND own.from_s <= cut.since_s AND own.until_s > cut.since_s
    LEFT JOIN rules AS common ON common.track = cut.track AND common.own_priority IS NULL
        AND common.from_s <= cut.since_s AND common.until_s > cut.since_s
),
promised AS (
    SELECT clock_no, case_key, start_s, stop_s, may_pause, since_s, until_s, track, priority,
           last_value(own_calendar IGNORE NULLS) OVER so_far AS calendar,
           last_value(own_target IGNORE NULLS) OVER so_far AS target_seconds,
           last_value(own_public IGNORE NULLS) OVER so_far AS public_target_seconds
    FROM ruled
    WINDOW so_far AS (PARTITION BY clock_no ORDER BY since_s ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    QUALIFY count(own_target) OVER (PARTITION BY clock_no) > 0
)
SELECT row_number() OVER () AS piece_no, promised.*, calendar_no
FROM promised LEFT JOIN (SELECT DISTINCT calendar, calendar_no FROM clock_sums) AS numbers USING (calendar)
