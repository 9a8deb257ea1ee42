-- demand_hours: how many messages asked for a response in each hour, and which of those hours say what is usual.
--
-- The complete hours before `asof_at`, nine weeks of them; an hour in which nothing came is a 0. There is a row for
-- each language that has come in that time, and for 'all', which holds those of unknown language too.
-- is_usable is false where the number does not tell how much is usually asked: before the first message there is, in
-- a planned event, and where a tenth or more of what should have come could not be seen, because a source that brings
-- it was blind (as blind_spans tells it): weighed by what the source brings of a language, and by how much of the hour.
-- An event of some languages spoils the hours of 'all' where they bring a tenth of it or more.
-- Columns: hour_at, language, demand_count, is_usable.
CREATE OR REPLACE MACRO memory.demand_hours(asof_at, seen_at) AS TABLE
WITH frame AS (
    SELECT date_trunc('hour', asof_at) AS last_at, last_at - to_hours(1512) AS first_at
),
heard AS MATERIALIZED (
    SELECT date_trunc('hour', arrived_at) AS hour_at, language, sum(weight) AS demand
    FROM memory.arrivals(date_trunc('hour', asof_at) - to_hours(1512), date_trunc('hour', asof_at), asof_at, seen_at)
    GROUP BY ALL
),
counted AS MATERIALIZED (
    SELECT hour_at, 'all' AS language, sum(demand) AS demand FROM heard GROUP BY hour_at
    UNION ALL
    SELECT hour_at, language, demand FROM heard WHERE language IS NOT NULL
),
spoken AS (
    SELECT language, sum(demand) / max(sum(demand)) OVER () AS share FROM counted GROUP BY language
),
hours AS (
    SELECT first_at + to_hours(step) AS hour_at FROM frame CROSS JOIN (SELECT unnest(range(1512)) AS step)
),
gone AS MATERIALIZED (
    SELECT source, gaps.platform, gaps.since_at,
           CASE WHEN gaps.until_at <= asof_at AND (gaps.kind = 'gap' OR gaps.filled_at IS NULL)
                THEN gaps.until_at ELSE asof_at END AS until_at
    FROM warehouse.gaps AS gaps LEFT JOIN warehouse.sources AS sources USING (source)
    WHERE gaps.since_at < asof_at AND (gaps.until_at IS NULL OR gaps.until_at > asof_at - INTERVAL 64 DAY)
      AND gaps.known_from_at <= seen_at AND (gaps.filled_at IS NULL OR gaps.filled_at > seen_at)
      AND (gaps.until_at IS NOT NULL OR coalesce(sources.is_active, false))
    UNION ALL
    SELECT source, NULL, last_run_at, asof_at
    FROM warehouse.sources
    WHERE is_active AND disabled IS NOT NULL AND last_run_at < asof_at
),
-- what each source brings: cases, in the language of their posts; mentions too where some of them need an answer
brought AS MATERIALIZED (
    SELECT cases.source, cases.platform, language, count(*) AS weight
    FROM warehouse.cases AS cases
    LEFT JOIN (SELECT case_key, memory.tongue(language) AS language FROM warehouse.clock_segments
               WHERE metric = 'frt' AND until_at IS NULL
                 AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)) USING (case_key)
    WHERE EXISTS (FROM gone) AND opened_at >= date_trunc('hour', asof_at) - to_hours(1512) AND opened_at < asof_at
      AND NOT is_drill
      AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
    GROUP BY ALL
    UNION ALL
    SELECT mentions.source, mentions.platform, memory.tongue(language) AS language, count(*) * any_value(mention_share)
    FROM warehouse.mentions AS mentions
    JOIN (SELECT mention_share, mention_brands FROM warehouse.staffing
          WHERE track IS NULL AND mention_share > 0 AND EXISTS (FROM gone)
            AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)) AS terms
         ON list_contains(mention_brands, brand)
    WHERE published_at >= date_trunc('hour', asof_at) - to_hours(1512) AND published_at < asof_at
      AND NOT is_drill AND source_class IS DISTINCT FROM 'owned'
      AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
    GROUP BY ALL
),
-- what is of unknown language may be of any
parts AS (
    SELECT language, source, platform, weight / sum(weight) OVER (PARTITION BY language) AS part
    FROM (SELECT spoken.language, source, platform, sum(weight) AS weight
          FROM brought JOIN spoken
               ON brought.language IS NULL OR spoken.language = 'all' OR spoken.language = brought.language
          GROUP BY ALL)
),
-- each hour a source was blind in, and for how much of it
blind AS (
    SELECT source, platform, hour_at,
           least(1, sum(epoch(least(until_at, hour_at + INTERVAL 1 HOUR) - greatest(since_at, hour_at))) / 3600) AS dark
    FROM (SELECT source, platform, since_at, until_at,
                 unnest(range(date_trunc('hour', greatest(since_at, first_at)), least(until_at, last_at),
                              INTERVAL 1 HOUR)) AS hour_at
          FROM gone CROSS JOIN frame)
    GROUP BY source, platform, hour_at
),
unseen AS (
    SELECT language, hour_at
    FROM parts JOIN blind
         ON blind.source = parts.source AND (blind.platform IS NULL OR blind.platform = parts.platform)
    GROUP BY language, hour_at
    HAVING sum(part * dark) >= 0.1
),
planned AS (
    SELECT DISTINCT spoken.language,
           unnest(range(date_trunc('hour', greatest(since_at, first_at)), least(until_at, last_at),
                        INTERVAL 1 HOUR)) AS hour_at
    FROM warehouse.demand_events AS events CROSS JOIN frame
    JOIN spoken ON len(languages) = 0 OR list_contains(languages, spoken.language)
                OR spoken.language = 'all' AND (SELECT sum(share) FROM spoken AS named
                                                WHERE list_contains(languages, named.language)) >= 0.1
    WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
)
SELECT hours.hour_at, spoken.language, coalesce(demand, 0)::DOUBLE AS demand_count,
       hours.hour_at >= (SELECT min(hour_at) FROM heard)
           AND unseen.hour_at IS NULL AND planned.hour_at IS NULL AS is_usable
FROM hours CROSS JOIN spoken
LEFT JOIN counted ON counted.hour_at = hours.hour_at AND counted.language = spoken.language
LEFT JOIN unseen ON unseen.hour_at = hours.hour_at AND unseen.language = spoken.language
LEFT JOIN planned ON planned.hour_at = hours.hour_at AND planned.language = spoken.language;
