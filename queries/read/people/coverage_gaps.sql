-- coverage_gaps: when in the days ahead nobody will be on shift, or nobody who speaks the language of those who write.
--
-- To the second, as the roster says, over every change of clocks and holiday in it; those with nobody at all first. A
-- language that is not spoken is a gap where enough messages in it are expected meanwhile, unless nobody at all is there
-- all that time; whoever is on call is not at work. The roster is written out 15 days ahead: what lies beyond its last
-- shift is not known, and no gap.
--
-- tick    60s
-- param   days         bigint     = 14         how far ahead; at most 14
-- param   languages    varchar[]  = []         of all and the languages; empty list means every one
-- param   least_count  double     = 1          a language's gap with fewer messages expected in it does not come back
-- param   now          timestamp  = now        from when on
-- param   known_at     timestamp  = now        as it was known then
-- column  since_at      timestamp  from when on; now when nobody is there already
-- column  until_at      timestamp  until when
-- column  language      varchar    all: nobody at all; else the language nobody speaks
-- column  gap_minutes   bigint     how long, in whole minutes
-- column  demand_count  double     messages expected in it; unknown without any history
-- column  after_sites   varchar    the sites whose shift ends where it begins, joined by ", "; unknown at a border
-- column  before_sites  varchar    the sites whose shift begins where it ends
-- grain   language, since_at
WITH span AS (
    SELECT time_bucket(INTERVAL 1 HOUR, $now::TIMESTAMP) AS first_at,
           $now::TIMESTAMP + to_days(least($days::BIGINT, 14)::INTEGER) AS last_at
),
asked AS MATERIALIZED (
    SELECT slot_at, language, sum(demand_count) AS demand
    FROM memory.demand_slots(time_bucket(INTERVAL 1 HOUR, $now::TIMESTAMP),
                             $now::TIMESTAMP + to_days(least($days::BIGINT, 14)::INTEGER), 60, $now::TIMESTAMP,
                             $known_at::TIMESTAMP)
    GROUP BY ALL
),
wanted AS (
    SELECT list(language) AS spoken
    FROM (SELECT 'all' AS language UNION SELECT language FROM asked)
    WHERE len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], language)
),
holes AS (
    FROM memory.holes($now::TIMESTAMP, (SELECT last_at FROM span), (SELECT spoken FROM wanted), $known_at::TIMESTAMP)
),
expected AS (
    SELECT holes.language, since_at,
           sum(demand * epoch(least(until_at, slot_at + INTERVAL 1 HOUR) - greatest(since_at, slot_at)) / 3600) AS demand
    FROM holes JOIN asked
         ON asked.language = holes.language AND slot_at < until_at AND slot_at + INTERVAL 1 HOUR > since_at
    GROUP BY ALL
)
SELECT since_at, until_at, language, floor(epoch(until_at - since_at) / 60)::BIGINT AS gap_minutes,
       CASE WHEN (SELECT count(*) FROM asked) > 0 THEN coalesce(demand, 0) END::DOUBLE AS demand_count,
       after_sites, before_sites
FROM holes LEFT JOIN expected USING (language, since_at)
WHERE language = 'all'
   OR demand >= $least_count::DOUBLE
      AND NOT EXISTS (FROM holes AS nobody WHERE nobody.language = 'all'
                      AND nobody.since_at <= holes.since_at AND nobody.until_at >= holes.until_at)
ORDER BY language = 'all' DESC, since_at, language
