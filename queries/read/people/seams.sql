-- seams: how past hand-overs went: what was in flight, what changed hands, and what broke at the seam.
--
-- What a hand-over is, and whose site somebody is of: see next_handover (of whom no shift names, the team they told of
-- last). In flight at it is a case that then had a running clock (no pause), and was of the site that closed; or was
-- nobody's: then it counts once, at the first by name of the sites that closed; or had been given away for this
-- hand-over and accepted before it.
--
-- Handed over: a hand-over that names another was told in the two hours before, or another accepted or claimed the case
-- after it, until half an hour after the next site was there. Unowned is the rest: nobody had it, or somebody who had
-- gone. An owner who is on shift elsewhere is of that site then, and hands over when that one closes.
--
-- tick    60s
-- param   since     timestamp          inclusive
-- param   until     timestamp          exclusive
-- param   now       timestamp  = now   the moment it is seen from: what is later has not happened yet
-- param   known_at  timestamp  = now   as it was known then
-- column  handover_at               timestamp  when the site's stretch of shifts ended
-- column  from_site                 varchar    the site that closed
-- column  to_site                   varchar    who had the watch then, or opened next
-- column  in_flight_count           bigint     cases in flight
-- column  handed_over_count         bigint     those of them that were handed over
-- column  unowned_count             bigint     those of them that nobody had
-- column  acknowledged_p90_seconds  double     nine of ten hand-overs told before it were accepted within so long; unknown when fewer were
-- column  breached_count            bigint     promises of these cases that broke within two hours after it
-- grain   handover_at, from_site
WITH past AS MATERIALIZED (
    SELECT handover_at, from_site, to_site,
           row_number() OVER (PARTITION BY handover_at ORDER BY from_site) = 1 AS is_first,
           greatest(handover_at, opens_at) + INTERVAL 30 MINUTE AS until_at
    FROM memory.hand_overs($since::TIMESTAMP, $until::TIMESTAMP, $known_at::TIMESTAMP)
    WHERE handover_at <= $now::TIMESTAMP
),
moments AS (
    SELECT DISTINCT handover_at FROM past
),
segments AS MATERIALIZED (
    SELECT case_key, started_at, since_at, coalesce(until_at, stopped_at) AS ends_at, until_at, stopped_at, is_paused,
           target_seconds, before_seconds, breaches_at, due_at, outcome, elapsed_seconds
    FROM clock_segments
    WHERE since_at <= $now::TIMESTAMP AND started_at <= $now::TIMESTAMP AND target_seconds IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND (until_at IS NULL OR until_at > $since::TIMESTAMP)
      AND (stopped_at IS NULL OR stopped_at > $since::TIMESTAMP)
),
running AS (
    SELECT case_key, started_at, since_at, coalesce(ends_at, TIMESTAMP 'infinity') AS ends_at
    FROM segments
    WHERE NOT is_paused AND since_at < $until::TIMESTAMP
),
lives AS MATERIALIZED (
    SELECT case_key, min(since_at) AS first_at, max(ends_at) AS last_at FROM running GROUP BY case_key
),
hands AS MATERIALIZED (
    SELECT hands.*, greatest(begun_at, first_at) AS from_at, least(ended_at, last_at) AS until_at
    FROM memory.case_hands((SELECT list(case_key) FROM lives), $now::TIMESTAMP, $known_at::TIMESTAMP) AS hands
    JOIN lives USING (case_key)
    WHERE (ended_at IS NULL OR ended_at > first_at) AND begun_at < last_at
),
people AS MATERIALIZED (
    SELECT person, handover_at
    FROM (SELECT DISTINCT owner AS person FROM hands WHERE owner IS NOT NULL) CROSS JOIN moments
),
homes AS (
    SELECT person, handover_at, coalesce(named.site, told.site) AS site
    FROM people ASOF LEFT JOIN memory.agent_homes($known_at::TIMESTAMP) AS named
         ON person = named.agent AND handover_at >= named.from_at
    LEFT JOIN memory.actor_homes((SELECT list(DISTINCT person) FROM people), $now::TIMESTAMP, $known_at::TIMESTAMP)
         AS told ON told.actor = person
),
leaving AS MATERIALIZED (
    SELECT handover_at, from_site, person FROM past JOIN homes USING (handover_at) WHERE site = from_site
),
held AS (
    SELECT leaving.handover_at, leaving.from_site, false AS has_left, hands.*
    FROM hands JOIN leaving ON owner = person AND handover_at >= from_at AND handover_at < until_at
    UNION ALL
    SELECT past.handover_at, past.from_site, false, hands.*
    FROM hands JOIN past ON handover_at >= from_at AND handover_at < hands.until_at
    WHERE owner IS NULL AND is_first
    UNION ALL
    SELECT given.*
    FROM (SELECT leaving.handover_at, leaving.from_site, true AS has_left, hands.*
          FROM hands JOIN leaving ON giver = person AND handover_at >= from_at AND handover_at < until_at
          WHERE accepted_at <= handover_at AND given_at > handover_at - INTERVAL 2 HOUR) AS given
    ANTI JOIN leaving ON leaving.handover_at = given.handover_at AND leaving.from_site = given.from_site
                      AND leaving.person = given.owner
),
flying AS MATERIALIZED (
    SELECT handover_at, from_site, case_key,
           coalesce(offered_at > handover_at - INTERVAL 2 HOUR, false) AS is_offered,
           has_left OR is_offered
           OR (taker IS DISTINCT FROM owner AND taker_accepted_at > handover_at AND taker_accepted_at <= past.until_at)
              IS TRUE AS is_handed,
           CASE WHEN has_left THEN epoch(accepted_at - given_at)
                WHEN NOT is_offered THEN NULL
                WHEN taker = offered AND taker_accepted_at IS NOT NULL THEN epoch(taker_accepted_at - offered_at)
                ELSE 'infinity'::DOUBLE END AS acknowledged_seconds
    FROM held JOIN past USING (handover_at, from_site)
    SEMI JOIN running ON running.case_key = held.case_key AND since_at <= held.handover_at
                         AND ends_at > held.handover_at AND started_at <= held.handover_at
),
-- as sla_attainment counts what is broken; unanswered breaks when it is closed
broken AS (
    SELECT case_key,
           CASE WHEN stopped_at <= $now::TIMESTAMP AND elapsed_seconds <= target_seconds THEN stopped_at
                ELSE greatest(coalesce(breaches_at, due_at), started_at) END AS broken_at
    FROM segments
    WHERE (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND CASE WHEN stopped_at <= $now::TIMESTAMP THEN outcome NOT IN ('merged', 'excluded', 'unknown')
                    AND (outcome = 'unanswered' OR elapsed_seconds > target_seconds)
               WHEN is_paused THEN before_seconds > target_seconds
               ELSE breaches_at < $now::TIMESTAMP END
),
breaches AS (
    SELECT handover_at, from_site, count(*) AS breached
    FROM flying JOIN broken USING (case_key)
    WHERE broken_at >= handover_at AND broken_at < handover_at + INTERVAL 2 HOUR
    GROUP BY handover_at, from_site
),
counted AS (
    SELECT handover_at, from_site, count(*) AS in_flight, count(*) FILTER (is_handed) AS handed,
           count(*) FILTER (NOT is_handed) AS unowned,
           quantile_disc(acknowledged_seconds, 0.9) AS acknowledged_seconds
    FROM flying
    GROUP BY handover_at, from_site
)
SELECT handover_at, from_site, to_site, coalesce(in_flight, 0)::BIGINT AS in_flight_count,
       coalesce(handed, 0)::BIGINT AS handed_over_count, coalesce(unowned, 0)::BIGINT AS unowned_count,
       CASE WHEN isfinite(acknowledged_seconds) THEN acknowledged_seconds END AS acknowledged_p90_seconds,
       coalesce(breached, 0)::BIGINT AS breached_count
FROM past LEFT JOIN counted USING (handover_at, from_site) LEFT JOIN breaches USING (handover_at, from_site)
ORDER BY handover_at, from_site
