-- hours_of_service: what the public may be told, and what the roster says: stretches in which neither changes.
--
-- Promised is when a calendar is open by which a track promises the public anything, in the time the promise is in
-- force. Staffed is when somebody is on shift at any site; who is on call is not. Where both are unknown there is no
-- row. Calendars are written out to the end of a year; what is behind that is unknown.
--
-- tick    60s
-- param   since     timestamp          inclusive
-- param   until     timestamp          exclusive
-- param   language  varchar    = ""    staffed only by those who speak it; empty means anybody
-- param   known_at  timestamp  = now   as it was known then
-- column  since_at     timestamp  from when on it is so
-- column  until_at     timestamp  until when
-- column  is_promised  boolean    whether the public was promised these hours; unknown where no public promise is in force
-- column  is_staffed   boolean    whether somebody is on shift; unknown outside the roster
-- grain   since_at
WITH hours AS (
    SELECT calendar, opens_at, closes_at
    FROM calendar_hours
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
promises AS (
    SELECT calendar, coalesce(from_at, TIMESTAMP '-infinity') AS from_at,
           least(until_at, date_trunc('year', last_at - INTERVAL 2 DAY) + INTERVAL 1 YEAR) AS until_at
    FROM policies
    JOIN (SELECT calendar, max(closes_at) AS last_at FROM hours GROUP BY calendar) AS written USING (calendar)
    WHERE coalesce(public_frt_seconds, public_nrt_seconds, public_resolution_seconds) IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
rostered AS (
    SELECT starts_at, ends_at,
           heads > 0 AND is_on_call IS NOT TRUE
           AND ($language::VARCHAR = '' OR list_contains(languages, $language::VARCHAR)) AS is_counted
    FROM shifts
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
spans AS (
    SELECT 'promise' AS kind, from_at, until_at FROM promises
    UNION ALL
    SELECT 'open', greatest(opens_at, from_at), least(closes_at, until_at) FROM promises JOIN hours USING (calendar)
    UNION ALL
    SELECT 'roster', min(starts_at), max(ends_at) FROM rostered HAVING count(*) > 0
    UNION ALL
    SELECT 'staffed', starts_at, ends_at FROM rostered WHERE is_counted
),
cut AS (
    SELECT kind, greatest(from_at, $since::TIMESTAMP) AS from_at, least(until_at, $until::TIMESTAMP) AS until_at
    FROM spans
    WHERE from_at < until_at AND from_at < $until::TIMESTAMP AND until_at > $since::TIMESTAMP
),
-- what begins and ends: between two of these instants nothing changes
steps AS (
    SELECT kind, unnest([from_at, until_at]) AS moved_at, unnest([1, -1]) AS change FROM cut
    UNION ALL
    SELECT 'window', unnest([$since::TIMESTAMP, $until::TIMESTAMP]), 0
),
moves AS (
    SELECT moved_at, coalesce(sum(change) FILTER (kind = 'promise'), 0) AS promise,
           coalesce(sum(change) FILTER (kind = 'open'), 0) AS opened,
           coalesce(sum(change) FILTER (kind = 'roster'), 0) AS roster,
           coalesce(sum(change) FILTER (kind = 'staffed'), 0) AS staffed
    FROM steps
    GROUP BY moved_at
),
states AS (
    SELECT moved_at, CASE WHEN sum(promise) OVER so_far > 0 THEN sum(opened) OVER so_far > 0 END AS is_promised,
           CASE WHEN sum(roster) OVER so_far > 0 THEN sum(staffed) OVER so_far > 0 END AS is_staffed
    FROM moves
    WINDOW so_far AS (ORDER BY moved_at)
),
changes AS (
    SELECT moved_at, is_promised, is_staffed
    FROM states
    QUALIFY (is_promised, is_staffed) IS DISTINCT FROM lag((is_promised, is_staffed)) OVER (ORDER BY moved_at)
         OR moved_at = $until::TIMESTAMP
),
stretches AS (
    SELECT moved_at AS since_at, lead(moved_at) OVER (ORDER BY moved_at) AS until_at, is_promised, is_staffed
    FROM changes
)
SELECT since_at, until_at, is_promised, is_staffed
FROM stretches
WHERE until_at IS NOT NULL AND (is_promised IS NOT NULL OR is_staffed IS NOT NULL)
ORDER BY since_at
