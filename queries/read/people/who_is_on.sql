-- who_is_on: who is on shift now, and of a site where nobody is, its next shift; and who is on call.
--
-- A shift is from its start until before its end. The roster is written out 15 days ahead: a site whose next shift is
-- later than that does not come back. Whoever is on call now comes back marked; they are not at work, so they make no
-- site one where somebody is on.
--
-- tick    60s
-- param   now          timestamp  = now   the moment it is seen from
-- param   known_at     timestamp  = now   as it was known then
-- column  site         varchar    the site
-- column  timezone     varchar    its IANA zone
-- column  team         varchar    the team
-- column  languages    varchar    what they speak, joined by ", "; empty where the roster does not say
-- column  heads_count  bigint     how many they are
-- column  starts_at    timestamp  since when they are, or will be, on shift or on call
-- column  ends_at      timestamp  until when
-- column  is_on        boolean    whether they are on shift now; never of those on call
-- column  agents       varchar    their names, joined by ", "; empty where the roster does not say
-- column  employer     varchar    own, or the agency's name
-- column  is_on_call   boolean    whether they are on call: reachable, but not at work
-- grain   site, timezone, team, languages, starts_at, ends_at, agents, employer, is_on_call
WITH ahead AS (
    SELECT site, timezone, team, array_to_string(languages, ', ') AS languages, sum(heads)::BIGINT AS heads_count,
           starts_at, ends_at, starts_at <= $now::TIMESTAMP AND is_on_call IS NOT TRUE AS is_on,
           coalesce(array_to_string(agents, ', '), '') AS agents, coalesce(employer, 'own') AS employer,
           is_on_call IS TRUE AS is_on_call
    FROM shifts
    WHERE ends_at > $now::TIMESTAMP AND heads > 0
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
    GROUP BY ALL
)
SELECT site, timezone, team, languages, heads_count, starts_at, ends_at, is_on, agents, employer, is_on_call
FROM ahead
QUALIFY is_on OR (is_on_call AND starts_at <= $now::TIMESTAMP)
     OR (NOT is_on_call AND NOT bool_or(is_on) OVER (PARTITION BY site)
         AND starts_at = min(starts_at) FILTER (NOT is_on_call) OVER (PARTITION BY site))
ORDER BY is_on DESC, is_on_call, site, starts_at, ends_at, team, languages, agents, employer
