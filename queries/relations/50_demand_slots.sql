-- demand_slots: how many messages ask for a response, slot by slot: as they came, and from `asof_at` on as forecast.
--
-- A slot that is over at `asof_at` holds what came; the running one and those ahead hold the forecast. The forecast of
-- a language is divided among tracks and metrics as its messages of the last 28 days were; of a language with fewer
-- than 30 of them as all messages were. low_count and high_count are the forecast's 10th and 90th percentile.
-- Only what is more than 0 comes back: before the first message ever nothing is known, which first_seen_at tells.
-- Columns: slot_at, language ('all' for all together, and each one that is known), track (NULL = none), metric (frt,
-- nrt), demand_count, low_count, high_count, is_forecast.
CREATE OR REPLACE MACRO memory.demand_slots(first_at, last_at, slot_minutes, asof_at, seen_at) AS TABLE
WITH came AS MATERIALIZED (
    SELECT arrived_at, unnest(CASE WHEN language IS NULL THEN ['all'] ELSE ['all', language] END) AS language,
           track, metric, weight
    FROM memory.arrivals(least(first_at, asof_at - INTERVAL 28 DAY), least(last_at, asof_at), asof_at, seen_at)
),
past AS (
    SELECT time_bucket(to_minutes(slot_minutes), arrived_at, first_at) AS slot_at, language, track, metric,
           sum(weight) AS demand
    FROM came
    WHERE arrived_at >= first_at
    GROUP BY ALL
    HAVING slot_at + to_minutes(slot_minutes) <= asof_at
),
mixed AS (
    SELECT language, track, metric, sum(weight) AS weight
    FROM came
    WHERE arrived_at >= asof_at - INTERVAL 28 DAY
    GROUP BY ALL
),
totals AS (
    SELECT language, sum(weight) AS total FROM mixed GROUP BY language
),
shares AS (
    SELECT totals.language, mixed.track, mixed.metric, weight / sum(weight) OVER (PARTITION BY totals.language) AS share
    FROM totals JOIN mixed ON mixed.language = CASE WHEN total >= 30 THEN totals.language ELSE 'all' END
),
ahead AS (
    SELECT unnest(generate_series(first_at, last_at - INTERVAL 1 MICROSECOND, to_minutes(slot_minutes))) AS slot_at
),
hours AS MATERIALIZED (
    SELECT hour_at, language, demand_count, low_count, high_count
    FROM memory.forecast_hours(asof_at, seen_at, 360)
),
-- an hour's messages come evenly: a slot takes its part of each hour it lies in
parts AS (
    SELECT slot_at, language, sum(part * demand_count) AS demand, sum(part * low_count) AS low,
           sum(part * high_count) AS high
    FROM (SELECT slot_at, language, demand_count, low_count, high_count,
                 greatest(0, epoch(least(slot_at + to_minutes(slot_minutes), hour_at + INTERVAL 1 HOUR)
                                   - greatest(slot_at, hour_at))) / 3600 AS part
          FROM ahead JOIN hours
               ON hour_at < slot_at + to_minutes(slot_minutes) AND hour_at + INTERVAL 1 HOUR > slot_at
          WHERE slot_at + to_minutes(slot_minutes) > asof_at)
    GROUP BY ALL
)
SELECT slot_at, language, track, metric, demand AS demand_count, NULL::DOUBLE AS low_count, NULL::DOUBLE AS high_count,
       false AS is_forecast
FROM past
UNION ALL
SELECT slot_at, language, track, metric, demand * share, low * share, high * share, true
FROM parts JOIN shares USING (language)
WHERE demand > 0;
