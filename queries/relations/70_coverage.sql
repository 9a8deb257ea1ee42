-- reckoned_from: the first slot that is reckoned: that of asof_at, where it lies before the window.
CREATE OR REPLACE MACRO memory.reckoned_from(first_at, slot_minutes, asof_at) AS
    least(first_at, time_bucket(to_minutes(greatest(slot_minutes, 1)), asof_at, first_at));

-- coverage: who is on shift, how much is asked, how many it takes and what that means, slot by slot.
--
-- One row for each slot, site and language; demand, required heads and state stand with site 'all'. Whoever speaks a
-- language is held against the demand in it as if nothing else were asked of them.
-- Predicted breaches: from `asof_at` on, work comes, falls due (required_slots) and is done by those on shift, the
-- earliest deadline first, an idle hour being lost: docs/coverage.md has the formula. Slots from asof_at until before
-- `first_at` are reckoned too, and not told.
--
-- places, spoken  the sites and languages that are wanted, "all" among them; NULL = every one
-- served          a track: its messages, and who serves it; '' = all
-- Columns: those of the question coverage_slots, and work_seconds.
CREATE OR REPLACE MACRO memory.coverage(first_at, last_at, slot_minutes, places, spoken, served, asof_at, seen_at)
AS TABLE
WITH needed AS MATERIALIZED (
    SELECT 'all' AS site, * FROM memory.required_slots(memory.reckoned_from(first_at, slot_minutes, asof_at), last_at, slot_minutes, served, asof_at, seen_at)
),
heard AS (
    SELECT list(DISTINCT language) AS languages, count(*) > 0 AS is_known, count(required_agents) > 0 AS is_required
    FROM needed
),
there AS MATERIALIZED (
    FROM memory.staffed(memory.reckoned_from(first_at, slot_minutes, asof_at), last_at, slot_minutes, places,
                        coalesce(spoken, list_concat(
                            ['all'], (SELECT languages FROM heard),
                            (SELECT list(DISTINCT language)
                             FROM (SELECT unnest(languages) AS language FROM warehouse.shifts
                                   WHERE known_from_at <= seen_at
                                     AND (known_until_at IS NULL OR known_until_at > seen_at))))),
                        served, seen_at)
),
terms AS (
    SELECT coalesce(any_value(shrinkage_share), 0) AS shrinkage
    FROM warehouse.staffing
    WHERE track IS NULL AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
),
met AS (
    SELECT slot_at, site, language, heads_count, shrinkage, heads_count * (1 - shrinkage) AS staffed,
           CASE WHEN site = 'all' AND is_known THEN coalesce(demand_count, 0) END AS demand, low_count, high_count, is_forecast,
           CASE WHEN site = 'all' AND is_required THEN coalesce(required_agents, 0) END
               AS required,
           model, work_seconds, come_kinds, due_kinds, all_over_at, any_over_at, due_count, waiting_seconds, occupancy_share,
           slot_at + to_minutes(slot_minutes) AS end_at
    FROM there CROSS JOIN terms CROSS JOIN heard
    LEFT JOIN needed USING (slot_at, site, language)
),
-- from now on, in seconds of work, summed to the end of each slot; nothing is known behind heads that are not
run AS MATERIALIZED (
    SELECT *, lag(slot_at) OVER through AS before_at, list_sum(come_kinds) - can AS spare,
           min(list_sum(come_kinds) - can) OVER through AS least_spare
    FROM (SELECT slot_at, language, come_kinds, due_kinds, all_over_at, any_over_at, due_count, waiting_seconds,
                 CASE WHEN count(can) OVER through = count(*) OVER through THEN sum(can) OVER through END AS can
          FROM (SELECT *, staffed * occupancy_share * epoch(end_at - greatest(slot_at, asof_at)) AS can
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
    FROM (SELECT now.*, list_sum(now.due_kinds) + now.waiting_seconds
                        - coalesce(list_sum(older.due_kinds) + older.waiting_seconds, 0) AS due_here
          FROM run AS now LEFT JOIN run AS older ON older.language = now.language AND older.slot_at = now.before_at) AS here
    LEFT JOIN left_over USING (slot_at, language)
)
SELECT slot_at, site, language, heads_count, staffed AS staffed_agents, demand AS demand_count, low_count, high_count,
       required AS required_agents, ceil(required / nullif(1 - shrinkage, 0) - 1e-9)::BIGINT AS scheduled_agents,
       staffed - required AS net_agents, CASE WHEN site = 'all' THEN late_count END AS breached_count,
       CASE WHEN demand IS NOT NULL THEN coalesce(model, 'deadline') END AS model, is_forecast,
       CASE WHEN site <> 'all' OR heads_count IS NULL THEN NULL
            WHEN heads_count = 0 AND (demand > 0 OR demand IS NULL AND language = 'all') THEN 'gap'
            WHEN heads_count = 0 AND coalesce(required, 0) <= 1e-9 THEN 'covered'
            WHEN required IS NULL THEN NULL
            WHEN staffed < required - 1e-9 THEN 'thin'
            WHEN staffed > 1.5 * required + 1e-9 AND staffed >= required + 1 - 1e-9 THEN 'surplus'
            ELSE 'covered' END AS state,
       work_seconds, occupancy_share
FROM met LEFT JOIN late USING (slot_at, language)
WHERE slot_at >= first_at;
