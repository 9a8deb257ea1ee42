-- staffed_slots: how many people are on shift, slot by slot, at each site and at all of them.
--
-- A slot counts its worst moment: the least heads present at any instant of it. So a 0 says that for some of the slot
-- nobody was there, and a number never hides a hole. Of all sites together it is the worst moment of their sum, which
-- is not the sum of their worst moments. Slots are counted from `since` on; the last one may reach beyond `until`.
-- A slot with nobody comes back as 0, since the roster says so. Before the roster begins and behind its last shift
-- nothing is known. Who speaks several languages counts in each of them, and once where all count.
--
-- tick    60s
-- param   since           timestamp               inclusive
-- param   until           timestamp               exclusive
-- param   slot_minutes    bigint     = 60         minutes of a slot
-- param   language        varchar    = ""         only who speaks it; empty means all
-- param   known_at        timestamp  = now        as it was known then
-- column  slot_at         timestamp  start of the slot
-- column  site            varchar    the site; all for all of them together
-- column  staffed_agents  bigint     the least heads on shift at any instant of the slot; unknown outside the roster
-- grain   slot_at, site
WITH known AS (
    SELECT site, languages, heads, starts_at, ends_at
    FROM shifts
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
roster AS (
    SELECT min(starts_at) AS first_at, max(ends_at) AS last_at,
           CASE WHEN $slot_minutes::BIGINT > 0 THEN to_minutes($slot_minutes::BIGINT)
                ELSE error('slot_minutes must be at least 1, not ' || $slot_minutes::BIGINT::VARCHAR) END AS slot
    FROM known
),
slots AS (
    SELECT unnest(generate_series($since::TIMESTAMP, $until::TIMESTAMP - INTERVAL 1 MICROSECOND, slot)) AS slot_at
    FROM roster
),
places AS (
    SELECT DISTINCT unnest([site, 'all']) AS site FROM known
),
counted AS (
    SELECT unnest([site, 'all']) AS site, heads, greatest(starts_at, $since::TIMESTAMP) AS starts_at, ends_at
    FROM known CROSS JOIN roster
    WHERE ends_at > $since::TIMESTAMP AND starts_at < $until::TIMESTAMP + slot
      AND ($language::VARCHAR = '' OR list_contains(languages, $language::VARCHAR))
),
-- what comes and goes, and each slot's start: between two of these instants nothing changes
steps AS (
    SELECT site, starts_at AS moved_at, heads AS change FROM counted
    UNION ALL
    SELECT site, ends_at AS moved_at, -heads AS change FROM counted
    UNION ALL
    SELECT site, slot_at AS moved_at, 0 AS change FROM places CROSS JOIN slots
),
levels AS (
    SELECT site, moved_at, sum(sum(change)) OVER (PARTITION BY site ORDER BY moved_at) AS heads
    FROM steps
    GROUP BY site, moved_at
),
cut AS (
    SELECT time_bucket(slot, moved_at, $since::TIMESTAMP) AS slot_at, site, heads, first_at, last_at
    FROM levels CROSS JOIN roster
)
SELECT slot_at, site,
       CASE WHEN slot_at >= any_value(first_at) AND slot_at < any_value(last_at) THEN min(heads) END::BIGINT
           AS staffed_agents
FROM cut SEMI JOIN slots USING (slot_at)
GROUP BY slot_at, site
ORDER BY slot_at, site = 'all', site
