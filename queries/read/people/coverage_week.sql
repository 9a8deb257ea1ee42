-- coverage_week: a week's 168 hours: who is on shift, what is asked and how many it takes, hour by hour.
--
-- Hours are put together from quarters of coverage_slots, so that a gap of a quarter of an hour is seen.
--
-- tick    60s
-- param   since      timestamp               when the first hour begins
-- param   until      timestamp               exclusive; a week later, or otherwise
-- param   languages  varchar[]  = []         of all and the languages; empty list means every one
-- param   now        timestamp  = now        what came until then; what is expected from then on
-- param   known_at   timestamp  = now        as it was known then
-- column  hour_at          timestamp  start of the hour
-- column  site             varchar    the site; all for all of them together
-- column  language         varchar    the language; all for everybody, counted once
-- column  heads_count      bigint     the least heads on shift at any instant of the hour; unknown outside the roster
-- column  staffed_agents   double     heads less shrinkage, the mean of its quarters
-- column  demand_count     double     messages that ask for a response; with site all only, as what follows
-- column  required_agents  double     heads that keep every promise, the mean of its quarters
-- column  gap_minutes      bigint     minutes of quarters in which somebody asks and nobody is there
-- column  state            varchar    gap or thin when one of its quarters is; surplus when all are; else covered
-- grain   hour_at, site, language
WITH quarters AS (
    SELECT $since::TIMESTAMP + to_hours(epoch(slot_at - $since::TIMESTAMP)::BIGINT // 3600) AS hour_at, *
    FROM memory.coverage($since::TIMESTAMP, $until::TIMESTAMP, 15, NULL,
                         CASE WHEN len($languages::VARCHAR[]) > 0 THEN $languages::VARCHAR[] END, '',
                         $now::TIMESTAMP, $known_at::TIMESTAMP)
)
SELECT hour_at, site, language,
       CASE WHEN count(heads_count) = count(*) THEN min(heads_count) END AS heads_count,
       CASE WHEN count(staffed_agents) = count(*) THEN avg(staffed_agents) END AS staffed_agents,
       sum(demand_count) AS demand_count,
       avg(required_agents) AS required_agents,
       CASE WHEN site = 'all' AND count(heads_count) = count(*)
            THEN 15 * count(*) FILTER (state = 'gap') END::BIGINT AS gap_minutes,
       CASE WHEN count(state) < count(*) AND NOT coalesce(bool_or(state = 'gap'), false) THEN NULL
            WHEN bool_or(state = 'gap') THEN 'gap'
            WHEN bool_or(state = 'thin') THEN 'thin'
            WHEN bool_and(state = 'surplus') THEN 'surplus'
            ELSE 'covered' END AS state
FROM quarters
GROUP BY hour_at, site, language
ORDER BY hour_at, site = 'all', site, language = 'all' DESC, language
