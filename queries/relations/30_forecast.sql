-- forecast: how many messages will ask for a response, hour by hour from the running one on.
--
-- What an hour of the week usually brings, times how much more or less comes lately. docs/coverage.md, "Demand", says
-- why it is so. Reads memory.demand_hours and the planned events, nothing else. Hours are numbered from the first of
-- nine weeks on; the running one is 1512, and weeks (of 168) and days (of 24) are counted from there as well.
--
-- Usual: the median of that hour of the week, each with half of its neighbours, in the four weeks before; numbers above
-- the 99th percentile of four weeks are cut to it. It leans on the hour of the day times the day of the week, and these
-- on the mean, as if 60 messages of the median, and 20 of each of the others, had said nothing. Where all four weeks
-- are unusable, the four before them. Of it only the shape is taken: each hour over the mean of its week.
-- Lately: what came over what the shape says, the weight of an hour halving in 48; as if 20 messages more had come as
-- usual, and the fewer of them, the more it is that came.
-- Band: the 10th and 90th percentile of the errors of forecasts made each day of four weeks, for the first, the second
-- and the third day ahead, which stands for all later ones. An error is measured in sqrt(f + f*f/10): chance and habit,
-- so that quiet hours and loud ones can be told together. The band is never narrower than chance (Poisson) makes it,
-- and unknown until three days of hours could be compared.
--
-- Columns: hour_at, language ('all', and each that came in the last eight weeks), demand_count, low_count, high_count,
-- event_factor; and of the last week's forecasts a day ahead: wape_share, naive_wape_share, trials_count.
CREATE OR REPLACE MACRO memory.forecast_hours(asof_at, seen_at, ahead) AS TABLE
WITH past AS MATERIALIZED (
    SELECT 1512 + date_diff('hour', date_trunc('hour', asof_at), hour_at) AS number, language, demand_count, is_usable
    FROM memory.demand_hours(asof_at, seen_at)
),
spoken AS (
    SELECT language FROM past WHERE number >= 168 GROUP BY language HAVING sum(demand_count) > 0
),
caps AS (
    SELECT language, week, greatest(1, quantile_cont(demand_count, 0.99)) AS cap
    FROM (SELECT language, demand_count, unnest(range(number // 168, least(9, number // 168 + 4))) AS week
          FROM past WHERE is_usable)
    GROUP BY language, week
),
hours AS MATERIALIZED (
    SELECT past.language, number, demand_count AS demand, least(demand_count, cap) AS calm
    FROM past SEMI JOIN spoken USING (language)
    JOIN caps ON caps.language = past.language AND week = number // 168
    WHERE is_usable
),
-- each hour with half of its neighbours; a median of up to four is what is left without both ends
weekly AS (
    SELECT language, number, count(calm) AS weeks,
           CASE WHEN weeks > 2 THEN (sum(calm) - max(calm) - min(calm)) / (weeks - 2) ELSE avg(calm) END AS middle
    FROM (SELECT language, number + 168 * unnest([1, 2, 3, 4]) AS number, calm
          FROM (SELECT language, number, avg(calm) AS calm
                FROM (SELECT language, number + unnest([-1, 0, 0, 1]) AS number, calm FROM hours)
                GROUP BY ALL))
    WHERE number < 1680
    GROUP BY language, number
),
-- the four weeks before as a whole: the weeks that learn from each part. Those of a past week end three days before
-- it, so that no trial knows what it is to tell
parts AS (
    SELECT language, number % 168 AS hour, calm, (number + 72) // 168 AS part,
           range(part + 1, least(9, part + 5)) AS weeks
    FROM hours
    UNION ALL
    SELECT language, number % 168, calm, number // 168, [9] FROM hours WHERE number >= 840
),
clocks AS MATERIALIZED (
    SELECT language, unnest(weeks) AS week, hour, calm, seen
    FROM (SELECT language, weeks, hour % 24 AS hour, sum(calm) AS calm, count(*) AS seen
          FROM parts GROUP BY language, weeks, hour % 24)
),
flat AS (
    SELECT language, week, greatest(1 / 672, sum(calm) / sum(seen)) AS mean
    FROM clocks
    GROUP BY language, week
    HAVING sum(seen) >= 24
),
clock AS (
    SELECT language, week, hour, sum(calm) AS calm, sum(seen) AS seen
    FROM (SELECT language, week, (hour + unnest([23, 24, 25])) % 24 AS hour, calm, seen FROM clocks)
    GROUP BY language, week, hour
),
-- the day around each quarter of a day, so that no border of days matters; a median too, so that one loud week is not
-- a day of the week
daily AS (
    SELECT language, week, quarter, sum(seen) AS seen,
           CASE WHEN count(*) > 2 THEN (sum(rate) - max(rate) - min(rate)) / (count(*) - 2) ELSE avg(rate) END AS rate
    FROM (SELECT language, unnest(weeks) AS week, quarter, sum(calm) / sum(seen) AS rate, sum(seen) AS seen
          FROM (SELECT language, part, weeks, (hour // 6 + unnest([27, 28, 29, 30])) % 28 AS quarter,
                       sum(calm) AS calm, count(*) AS seen
                FROM parts GROUP BY language, part, weeks, hour // 6)
          GROUP BY language, part, weeks, quarter)
    GROUP BY language, week, quarter
),
usual AS MATERIALIZED (
    SELECT flat.language, flat.week, 168 * flat.week + step AS number,
           mean * coalesce((clock.calm + 20) / (clock.seen * mean + 20), 1)
                * coalesce((daily.seen * rate + 20) / (daily.seen * mean + 20), 1) AS smooth,
           smooth + coalesce((middle - smooth) * 3 * weeks * mean / (3 * weeks * mean + 60), 0) AS usual
    FROM flat CROSS JOIN (SELECT unnest(range(168)) AS step)
    LEFT JOIN clock ON clock.language = flat.language AND clock.week = flat.week AND clock.hour = step % 24
    LEFT JOIN daily ON daily.language = flat.language AND daily.week = flat.week AND daily.quarter = step // 6
    LEFT JOIN weekly ON weekly.language = flat.language AND weekly.number = 168 * flat.week + step
),
scales AS (
    SELECT language, week, avg(usual) AS scale FROM usual GROUP BY language, week
),
-- the shape alone, so that demand that has grown is not counted twice, in the habit and in the level
habit AS MATERIALIZED (
    SELECT language, number, usual / scale AS shape FROM usual JOIN scales USING (language, week)
),
met AS MATERIALIZED (
    SELECT language, number, demand, calm, shape FROM hours JOIN habit USING (language, number)
),
sums AS (
    SELECT language, day, sum(came) OVER before / power(2, day / 2) AS came,
           sum(meant) OVER before / power(2, day / 2) AS meant
    FROM (SELECT spoken.language, day, sum(calm * power(2, (number + 1) / 48)) AS came,
                 sum(shape * power(2, (number + 1) / 48)) AS meant
          FROM spoken CROSS JOIN (SELECT unnest(range(64)) AS day)
          LEFT JOIN met ON met.language = spoken.language AND number // 24 = day
          GROUP BY spoken.language, day)
    WINDOW before AS (PARTITION BY language ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
-- how many an hour of the mean brings at the beginning of each day
levels AS MATERIALIZED (
    SELECT language, day, scale * coalesce((came + doubt) / (meant + doubt), 1) AS level
    FROM (SELECT language, day, scale, came, meant * scale AS meant,
                 20 * meant * scale / (meant * scale + came) AS doubt
          FROM (SELECT sums.*, coalesce(latest.scale, older.scale) AS scale
                FROM sums
                LEFT JOIN scales AS latest ON latest.language = sums.language AND latest.week = day // 7
                LEFT JOIN scales AS older ON older.language = sums.language AND older.week = 5 AND day = 63))
),
trials AS MATERIALIZED (
    SELECT tried.language, number, days_ahead, demand, level * shape AS forecast
    FROM (SELECT language, number, demand, shape, unnest([1, 2, 3]) AS days_ahead FROM met WHERE number >= 840) AS tried
    JOIN levels ON levels.language = tried.language AND day = number // 24 + 1 - days_ahead AND day >= 35
    WHERE level IS NOT NULL
),
spread AS (
    SELECT language, days_ahead,
           quantile_cont((demand - forecast) / sqrt(forecast + forecast * forecast / 10), [0.1, 0.9]) AS ends
    FROM trials
    GROUP BY language, days_ahead
    HAVING count(*) >= 72
),
proof AS (
    SELECT trials.language, sum(abs(trials.demand - forecast)) / nullif(sum(trials.demand), 0) AS wape,
           sum(abs(trials.demand - hours.demand)) / nullif(sum(trials.demand) FILTER (hours.demand IS NOT NULL), 0)
               AS naive_wape,
           count(*) AS trials
    FROM trials LEFT JOIN hours ON hours.language = trials.language AND hours.number = trials.number - 168
    WHERE days_ahead = 1 AND trials.number >= 1344
    GROUP BY trials.language
),
coming AS (
    SELECT levels.language, step, date_trunc('hour', asof_at) + to_hours(step) AS hour_at,
           level * coalesce(habit.shape, older.shape) AS base
    FROM levels CROSS JOIN (SELECT unnest(range(ahead)) AS step)
    LEFT JOIN habit ON habit.language = levels.language AND habit.number = 1512 + step % 168
    LEFT JOIN habit AS older ON older.language = levels.language AND older.number = 840 + step % 168
    WHERE day = 63 AND base IS NOT NULL
),
-- an event counts for as much of an hour as it lasts
planned AS (
    SELECT hour_at, language,
           product(times) FILTER (len(languages) = 0) AS for_all,
           product(times) FILTER (list_contains(languages, language)) AS for_it
    FROM (SELECT hour_at, coming.language, languages,
                 1 + (factor - 1) / 3600 * epoch(least(until_at, hour_at + INTERVAL 1 HOUR)
                                                 - greatest(since_at, hour_at)) AS times
          FROM coming JOIN warehouse.demand_events
               ON since_at < hour_at + INTERVAL 1 HOUR AND until_at > hour_at
          WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at))
    GROUP BY hour_at, language
),
-- of all together only that part grows whose language the event is for
grown AS (
    SELECT hour_at, sum(base * (for_it - 1)) AS more FROM planned JOIN coming USING (hour_at, language) GROUP BY hour_at
),
expected AS (
    SELECT coming.language, step, coming.hour_at, base, days_ahead,
           coalesce(for_all, 1) * CASE WHEN coming.language <> 'all' THEN coalesce(for_it, 1)
                                       ELSE 1 + coalesce(more / base, 0) END AS factor,
           base * factor AS center, sqrt(center) AS chance, sqrt(center + center * center / 10) AS width
    FROM (SELECT *, least(3, 1 + step // 24) AS days_ahead FROM coming) AS coming
    LEFT JOIN planned USING (hour_at, language) LEFT JOIN grown USING (hour_at)
)
SELECT hour_at, expected.language, center::DOUBLE AS demand_count,
       -- the percentiles of a Poisson count, off by one at most
       CASE WHEN ends IS NOT NULL THEN greatest(0, least(center, center + ends[1] * width,
            floor(center - 1.2816 * chance + 0.607))) END::DOUBLE AS low_count,
       CASE WHEN ends IS NOT NULL THEN greatest(center, center + ends[2] * width,
            floor(center + 1.2816 * chance + 0.607)) END::DOUBLE AS high_count,
       factor::DOUBLE AS event_factor,
       wape::DOUBLE AS wape_share, naive_wape::DOUBLE AS naive_wape_share, coalesce(trials, 0)::BIGINT AS trials_count
FROM expected
LEFT JOIN spread ON spread.language = expected.language AND spread.days_ahead = expected.days_ahead
LEFT JOIN proof ON proof.language = expected.language;
