-- demand_forecast: how many messages will ask for a response, hour by hour, and how far off such forecasts were lately.
--
-- What an hour of the week usually brings, times how much more or less comes lately, times what is planned (the
-- [[event]]s of the site file); hours of past events, and hours in which a source that brings cases was blind, are not
-- learned from. How it is made, and how good it is on real traffic: docs/coverage.md and docs/measurements.md.
-- `demand_count` is what is expected on average; a spike nobody can foresee is not in it. Nothing comes back before a
-- day of hours is known, nor for a language that has not come in the last eight weeks.
--
-- tick    60s
-- param   hours      bigint     = 72         so many, the running one included; at most 336
-- param   languages  varchar[]  = []         empty list means all; "all" stands for all together, unknown ones too
-- param   now        timestamp  = now        the moment it is made at
-- param   known_at   timestamp  = now        as it was known then
-- column  hour_at            timestamp  start of the hour
-- column  language           varchar    all for all together
-- column  demand_count       double     messages expected
-- column  low_count          double     one hour in ten brings fewer; unknown until three days could be compared
-- column  high_count         double     one hour in ten brings more; beyond 72 hours both are those of the third day
-- column  event_factor       double     how many times as much is planned for; 1 where nothing is
-- column  wape_share         double     of last week's forecasts a day ahead: the sum of errors per message that came
-- column  naive_wape_share   double     of the same hours, had one said what came a week before
-- column  trials_count       bigint     hours of last week that could be compared
-- grain   hour_at, language
SELECT hour_at, language, demand_count, low_count, high_count, event_factor, wape_share, naive_wape_share, trials_count
FROM memory.forecast_hours($now::TIMESTAMP, $known_at::TIMESTAMP,
                           CASE WHEN $hours::BIGINT BETWEEN 1 AND 336 THEN $hours::BIGINT
                                ELSE error('hours must be from 1 to 336, not ' || $hours::VARCHAR) END)
WHERE len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], language)
ORDER BY language <> 'all', language, hour_at
