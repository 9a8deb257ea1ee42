-- coverage: who is on shift, how much is asked, how many it takes and what that means, slot by slot.
--
-- One row for each slot, site and language; demand, required heads and state stand with site 'all'. Whoever speaks a
-- language is held against the demand in it as if nothing else were asked of them.
--
-- places, spoken  the sites and languages that are wanted, "all" among them; NULL = every one
-- served          a track: its messages, and who serves it; '' = all
-- Columns: those of the question coverage_slots but breached_count; work_seconds, occupancy_share, and what predicted
-- breaches are reckoned from (required_slots has them).
CREATE OR REPLACE MACRO memory.coverage(first_at, last_at, slot_minutes, places, spoken, served, asof_at, seen_at)
AS TABLE
WITH needed AS MATERIALIZED (
    SELECT 'all' AS site, * FROM memory.required_slots(first_at, last_at, slot_minutes, served, asof_at, seen_at)
),
heard AS (
    SELECT list(DISTINCT language) AS languages, count(*) > 0 AS is_known, count(required_agents) > 0 AS is_required
    FROM needed
),
there AS MATERIALIZED (
    FROM memory.staffed(first_at, last_at, slot_minutes, places,
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
)
SELECT slot_at, site, language, heads_count, staffed AS staffed_agents, demand AS demand_count, low_count, high_count,
       required AS required_agents, ceil(required / nullif(1 - shrinkage, 0) - 1e-9)::BIGINT AS scheduled_agents,
       staffed - required AS net_agents, CASE WHEN demand IS NOT NULL THEN coalesce(model, 'deadline') END AS model,
       is_forecast,
       CASE WHEN site <> 'all' OR heads_count IS NULL THEN NULL
            WHEN heads_count = 0 AND (demand > 0 OR demand IS NULL AND language = 'all') THEN 'gap'
            WHEN heads_count = 0 AND coalesce(required, 0) <= 1e-9 THEN 'covered'
            WHEN required IS NULL THEN NULL
            WHEN staffed < required - 1e-9 THEN 'thin'
            WHEN staffed > 1.5 * required + 1e-9 AND staffed >= required + 1 - 1e-9 THEN 'surplus'
            ELSE 'covered' END AS state,
       work_seconds, occupancy_share, come_kinds, due_kinds, all_over_at, any_over_at, due_count, waiting_seconds, end_at
FROM met;
