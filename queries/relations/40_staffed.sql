-- staffed: how many people are on shift, slot by slot, at each site and at all of them, by language and for all.
--
-- A slot counts its worst moment: the least heads present at any instant of it, so that a 0 says that for some of it
-- nobody was there, and a number never hides a hole. Of all sites together it is the worst moment of their sum. Who
-- speaks several languages counts in each of them, and once in 'all'. Before the roster begins and behind its last
-- shift nothing is known: NULL. Whoever is on call is not at work. Slots are counted from `first_at` on.
--
-- places, spoken  the sites and languages that are wanted, "all" among them; NULL = every one
-- served          a track: only who serves it; '' = everybody
-- Columns: slot_at, site, language, heads_count.
CREATE OR REPLACE MACRO memory.staffed(first_at, last_at, slot_minutes, places, spoken, served, seen_at) AS TABLE
WITH rows_known AS MATERIALIZED (
    SELECT site, languages, heads, starts_at, ends_at,
           served = '' OR len(tracks) = 0 OR list_contains(tracks, served) AS is_serving
    FROM warehouse.shifts
    WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at) AND NOT is_on_call
),
reach AS (
    SELECT min(starts_at) AS reach_from, max(ends_at) AS reach_until FROM rows_known HAVING count(*) > 0
),
grid AS (
    SELECT reach_from, reach_until, epoch_us(first_at) AS base_us,
           CASE WHEN slot_minutes > 0 THEN 60000000::BIGINT * slot_minutes
                ELSE error('slot_minutes must be at least 1, not ' || slot_minutes::VARCHAR) END AS slot_us
    FROM reach
),
scale AS (
    SELECT *, ceil((epoch_us(last_at) - base_us) / slot_us)::BIGINT AS slots FROM grid
),
sites AS (
    SELECT site, row_number() OVER (ORDER BY site) - 1 AS site_no
    FROM (SELECT DISTINCT unnest([site, 'all']) AS site FROM rows_known)
    WHERE places IS NULL OR list_contains(places, site)
),
tongues AS (
    SELECT language, row_number() OVER (ORDER BY language) - 1 AS language_no
    FROM (SELECT DISTINCT unnest(coalesce(spoken, list_append((SELECT list(language) FROM
                (SELECT DISTINCT unnest(languages) AS language FROM rows_known)), 'all'))) AS language)
),
-- what comes and goes, counted in microseconds from the first slot on; between two of these nothing changes
steps AS (
    SELECT site_no, language_no,
           unnest([least(greatest(epoch_us(starts_at) - base_us, 0), slots * slot_us),
                   least(greatest(epoch_us(ends_at) - base_us, 0), slots * slot_us)]) AS moved_us,
           unnest([heads, -heads]) AS change
    FROM rows_known AS shift JOIN sites ON sites.site IN (shift.site, 'all')
    JOIN tongues ON tongues.language = 'all' OR list_contains(languages, tongues.language)
    CROSS JOIN scale
    WHERE is_serving AND ends_at > first_at AND epoch_us(starts_at) < base_us + slots * slot_us
    UNION ALL
    SELECT site_no, language_no, unnest([0, slots * slot_us]), 0
    FROM sites CROSS JOIN tongues CROSS JOIN scale
),
levels AS (
    SELECT site_no, language_no, moved_us,
           sum(sum(change)) OVER (PARTITION BY site_no, language_no ORDER BY moved_us) AS heads,
           lead(moved_us) OVER (PARTITION BY site_no, language_no ORDER BY moved_us) AS next_us
    FROM steps
    GROUP BY site_no, language_no, moved_us
),
lasting AS (
    SELECT site_no, language_no, heads::BIGINT AS heads, moved_us, next_us, slot_us
    FROM levels CROSS JOIN scale
    WHERE next_us > moved_us
),
-- slots in which nothing changes, and those cut by a change, which count their worst moment
counted AS (
    SELECT site_no, language_no, heads, unnest(range((moved_us + slot_us - 1) // slot_us, next_us // slot_us)) AS slot_no
    FROM lasting
    UNION ALL
    SELECT site_no, language_no, min(heads), slot_no
    FROM (SELECT site_no, language_no, heads,
                 unnest(list_concat(CASE WHEN moved_us % slot_us <> 0 THEN [moved_us // slot_us] ELSE [] END,
                                    CASE WHEN next_us % slot_us <> 0 THEN [next_us // slot_us] ELSE [] END)) AS slot_no
          FROM lasting)
    GROUP BY site_no, language_no, slot_no
)
SELECT make_timestamp((base_us + slot_no * slot_us)::BIGINT) AS slot_at, site, language,
       CASE WHEN make_timestamp((base_us + slot_no * slot_us)::BIGINT) >= reach_from
             AND make_timestamp((base_us + (slot_no + 1) * slot_us)::BIGINT) <= reach_until THEN heads END AS heads_count
FROM counted CROSS JOIN scale JOIN sites USING (site_no) JOIN tongues USING (language_no);
