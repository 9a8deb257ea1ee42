-- coverage_summary: how much of a time is covered, language by language, and how busy those on shift are.
--
-- Put together from quarters of an hour as in coverage_slots: what came of those that are over, what is expected of the
-- others. Covered is a quarter in which at every instant somebody is on shift who speaks the language.
--
-- tick    60s
-- param   since     timestamp               inclusive
-- param   until     timestamp               exclusive
-- param   now       timestamp  = now        what came until then; what is expected from then on
-- param   known_at  timestamp  = now        as it was known then
-- column  language         varchar  the language; all for all together
-- column  known_hours      double   hours of the window the roster says something of
-- column  covered_hours    double   of these, hours with somebody on shift
-- column  gap_hours        double   of these, hours in which somebody asks and nobody is there
-- column  thin_hours       double   of these, hours with fewer heads than required; unknown where required is
-- column  demand_count     double   messages that ask for a response in the known hours
-- column  covered_share    double   of these messages, the share that comes while somebody is on shift; unknown without any
-- column  occupancy_share  double   work of these messages over the time of those on shift, breaks left out
-- grain   language
SELECT language,
       count(heads_count) / 4.0::DOUBLE AS known_hours,
       count(*) FILTER (heads_count > 0) / 4.0::DOUBLE AS covered_hours,
       count(*) FILTER (state = 'gap') / 4.0::DOUBLE AS gap_hours,
       CASE WHEN count(required_agents) > 0 THEN count(*) FILTER (state = 'thin') / 4.0 END::DOUBLE AS thin_hours,
       sum(demand_count) FILTER (heads_count IS NOT NULL) AS demand_count,
       coalesce(sum(demand_count) FILTER (heads_count > 0), 0)
           / nullif(sum(demand_count) FILTER (heads_count IS NOT NULL), 0) AS covered_share,
       sum(work_seconds) FILTER (heads_count IS NOT NULL) / nullif(sum(staffed_agents) * 900, 0) AS occupancy_share
FROM memory.coverage($since::TIMESTAMP, $until::TIMESTAMP, 15, ['all'], NULL, '', $now::TIMESTAMP, $known_at::TIMESTAMP)
GROUP BY language
ORDER BY language = 'all' DESC, language
