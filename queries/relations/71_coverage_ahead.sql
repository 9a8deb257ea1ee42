-- reckoned_from: the first slot that is reckoned: that of asof_at, where it lies before the window.
CREATE OR REPLACE MACRO memory.reckoned_from(first_at, slot_minutes, asof_at) AS
    least(first_at, time_bucket(to_minutes(greatest(slot_minutes, 1)), asof_at, first_at));

-- coverage_ahead: coverage with the promises that are predicted to be broken in each slot to come.
--
-- From `asof_at` on, work comes, falls due (required_slots) and is done by those on shift, the earliest deadline first,
-- an idle hour being lost: docs/coverage.md has the formula. Slots from asof_at until before `first_at` are reckoned too,
-- and not told. Columns: those of the question coverage_slots.
CREATE OR REPLACE MACRO memory.coverage_ahead(first_at, last_at, slot_minutes, places, spoken, served, asof_at, seen_at)
AS TABLE
WITH met AS MATERIALIZED (
    FROM memory.coverage(memory.reckoned_from(first_at, slot_minutes, asof_at), last_at, slot_minutes, places, spoken,
                         served, asof_at, seen_at)
),
-- from now on, in seconds of work, summed to the end of each slot; nothing is known behind heads that are not
run AS MATERIALIZED (
    SELECT *, lag(slot_at) OVER through AS before_at, list_sum(come_kinds) - can AS spare,
           min(list_sum(come_kinds) - can) OVER through AS least_spare
    FROM (SELECT slot_at, language, come_kinds, due_kinds, all_over_at, any_over_at, due_count, waiting_seconds,
                 CASE WHEN count(can) OVER through = count(*) OVER through THEN sum(can) OVER through END AS can
          FROM (SELECT *, staffed_agents * occupancy_share * epoch(end_at - greatest(slot_at, asof_at)) AS can
                FROM met
                WHERE site = 'all' AND end_at > asof_at AND due_kinds IS NOT NULL)
          WINDOW through AS (PARTITION BY language ORDER BY slot_at))
    WINDOW through AS (PARTITION BY language ORDER BY slot_at)
),
-- What is due by the end of a slot goes before all else, and what was due before it goes before that. Of each kind, so
-- much of it had come by each slot s as has come, or all that is due: by all_over_at less of every kind, behind
-- any_over_at all of every kind, and in between it is looked up.
ends AS (
    SELECT slot_at, language, can, true AS is_now, due_kinds, waiting_seconds, all_over_at, any_over_at
    FROM run
    WHERE can IS NOT NULL AND due_count > 0
    UNION ALL
    SELECT here.slot_at, here.language, here.can, false, older.due_kinds, older.waiting_seconds, older.all_over_at,
           older.any_over_at
    FROM run AS here JOIN run AS older ON older.language = here.language AND older.slot_at = here.before_at
    WHERE here.can IS NOT NULL AND here.due_count > 0
),
between_them AS (
    SELECT ends.slot_at, ends.language, is_now,
           min(list_sum(list_transform(past.come_kinds, LAMBDA come, kind : least(come, ends.due_kinds[kind]))) - past.can)
               AS spare
    FROM ends JOIN run AS past
         ON past.language = ends.language AND past.slot_at > ends.all_over_at AND past.slot_at <= ends.any_over_at
    GROUP BY ALL
),
-- so much of what is due could not be done, by then
undone AS (
    SELECT ends.slot_at, ends.language, ends.is_now,
           list_sum(ends.due_kinds) + ends.waiting_seconds - ends.can
           - least(0, ends.waiting_seconds + list_min(list_filter(
                 [early.least_spare, between_them.spare, list_sum(ends.due_kinds) - ends.can],
                 LAMBDA spare : spare IS NOT NULL))) AS seconds
    FROM ends
    LEFT JOIN run AS early ON early.language = ends.language AND early.slot_at = ends.all_over_at
    LEFT JOIN between_them ON between_them.slot_at = ends.slot_at AND between_them.language = ends.language
              AND between_them.is_now = ends.is_now
),
left_over AS (
    SELECT slot_at, language, max(seconds) FILTER (is_now) - coalesce(max(seconds) FILTER (NOT is_now), 0) AS more
    FROM undone
    GROUP BY slot_at, language
),
late AS (
    SELECT here.slot_at, here.language,
           CASE WHEN here.can IS NULL THEN NULL
                WHEN due_here > 0 AND here.due_count > 0
                THEN here.due_count * greatest(0, least(1, more / due_here)) ELSE 0 END AS late_count
    FROM (SELECT slot.*, list_sum(slot.due_kinds) + slot.waiting_seconds
                        - coalesce(list_sum(older.due_kinds) + older.waiting_seconds, 0) AS due_here
          FROM run AS slot LEFT JOIN run AS older ON older.language = slot.language AND older.slot_at = slot.before_at) AS here
    LEFT JOIN left_over USING (slot_at, language)
)
SELECT slot_at, site, language, heads_count, staffed_agents, demand_count, low_count, high_count, required_agents,
       scheduled_agents, net_agents, CASE WHEN site = 'all' THEN late_count END AS breached_count, model, is_forecast, state
FROM met LEFT JOIN late USING (slot_at, language)
WHERE slot_at >= first_at;
