-- long_weekends: the long weekends ahead: three days and more that are weekend or public holiday at some place.
--
-- People write more on these days, and fewer are there. Who is on call, who is on shift and when nobody is are told of
-- all sites together: another site may keep the watch. Where the roster does not reach over the whole of it, 15 days
-- ahead, hours and gaps are unknown; who is on call is told as far as it is known. A drill is one whose posts or case
-- events are marked so.
--
-- tick    60s
-- param   days      bigint     = 120  those that begin within so many days, and the one that is on
-- param   now       timestamp  = now  the moment it is seen from: what is later has not happened yet
-- param   known_at  timestamp  = now  as it was known then
-- column  since_at         timestamp  local midnight of its first day
-- column  until_at         timestamp  local midnight after its last day
-- column  place            varchar    where: a site of the roster, or a calendar
-- column  name             varchar    of the holidays in it
-- column  days_count       bigint     how many days
-- column  on_call          varchar    who is on call in it: names, else teams, joined by ", "; unknown when nobody is
-- column  scheduled_hours  double     hours of all heads on shift in it
-- column  gap_minutes      bigint     minutes of it in which nobody is on shift anywhere
-- column  drill_days       bigint     days since the last drill; unknown when there was none
-- grain   since_at, place
WITH ahead AS MATERIALIZED (
    SELECT since_at, until_at, place, string_agg(DISTINCT name, ', ' ORDER BY name) AS name,
           max(days_count) AS days_count
    FROM rest_spans
    WHERE until_at > $now::TIMESTAMP AND since_at < $now::TIMESTAMP + to_days($days::BIGINT::INTEGER)
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
    GROUP BY since_at, until_at, place
),
spans AS (
    SELECT DISTINCT since_at, until_at FROM ahead
),
rostered AS (
    SELECT site, team, agents, heads, starts_at, ends_at, is_on_call IS TRUE AS is_on_call
    FROM shifts
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
reach AS (
    SELECT min(starts_at) AS first_at, max(ends_at) AS last_at FROM rostered
),
worked AS (
    SELECT since_at, until_at,
           sum(heads * epoch(least(ends_at, until_at) - greatest(starts_at, since_at))) / 3600 AS hours
    FROM spans JOIN rostered ON starts_at < until_at AND ends_at > since_at
    WHERE NOT is_on_call
    GROUP BY since_at, until_at
),
-- from what is on shift, all that nobody has been on for before
covered AS (
    SELECT since_at, until_at,
           greatest(epoch(least(closes_at, until_at)
                          - greatest(opens_at, since_at, coalesce(max(closes_at) OVER so_far, since_at))), 0) AS seconds
    FROM spans JOIN memory.site_stretches($known_at::TIMESTAMP) ON opens_at < until_at AND closes_at > since_at
    WINDOW so_far AS (PARTITION BY since_at, until_at ORDER BY opens_at, closes_at, site
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
watched AS (
    SELECT since_at, until_at, sum(seconds) AS seconds FROM covered GROUP BY since_at, until_at
),
reachable AS (
    SELECT since_at, until_at, string_agg(DISTINCT who, ', ' ORDER BY who) AS on_call
    FROM (SELECT since_at, until_at, unnest(CASE WHEN len(agents) > 0 THEN agents ELSE [team] END) AS who
          FROM spans JOIN rostered ON starts_at < until_at AND ends_at > since_at
          WHERE is_on_call)
    GROUP BY since_at, until_at
),
drilled AS (
    SELECT floor(epoch($now::TIMESTAMP - last_at) / 86400) AS days
    FROM memory.last_drill($now::TIMESTAMP, $known_at::TIMESTAMP)
)
SELECT since_at, until_at, place, name, days_count, on_call,
       CASE WHEN first_at <= since_at AND last_at >= until_at THEN coalesce(hours, 0) END::DOUBLE AS scheduled_hours,
       CASE WHEN first_at <= since_at AND last_at >= until_at
            THEN round((epoch(until_at - since_at) - coalesce(seconds, 0)) / 60) END::BIGINT AS gap_minutes,
       (SELECT days FROM drilled)::BIGINT AS drill_days
FROM ahead CROSS JOIN reach
LEFT JOIN worked USING (since_at, until_at) LEFT JOIN watched USING (since_at, until_at)
LEFT JOIN reachable USING (since_at, until_at)
ORDER BY since_at, place
