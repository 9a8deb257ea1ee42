-- who_is_on: who is on shift now, and of a site where nobody is, its next shift.
--
-- A shift is from its start until before its end. The roster is written out 15 days ahead: a site whose next shift is
-- later than that does not come back.
--
-- tick    60s
-- param   now          timestamp  = now   the moment it is seen from
-- param   known_at     timestamp  = now   as it was known then
-- column  site         varchar    the site
-- column  timezone     varchar    its IANA zone
-- column  team         varchar    the team
-- column  languages    varchar    what they speak, joined by ", "; empty where the roster does not say
-- column  heads_count  bigint     how many they are
-- column  starts_at    timestamp  since when they are, or will be, on shift
-- column  ends_at      timestamp  until when
-- column  is_on        boolean    whether they are on shift now
-- grain   site, timezone, team, languages, starts_at, ends_at
WITH ahead AS (
    SELECT site, timezone, team, array_to_string(languages, ', ') AS languages, heads AS heads_count, starts_at, ends_at,
           starts_at <= $now::TIMESTAMP AS is_on
    FROM shifts
    WHERE ends_at > $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
)
SELECT site, timezone, team, languages, heads_count, starts_at, ends_at, is_on
FROM ahead
QUALIFY is_on OR (NOT bool_or(is_on) OVER (PARTITION BY site) AND starts_at = min(starts_at) OVER (PARTITION BY site))
ORDER BY is_on DESC, site, starts_at, ends_at, team, languages
