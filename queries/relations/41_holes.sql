-- holes: when nobody is on shift, or nobody who speaks a language, to the second.
--
-- Cut to the window, and to the roster: before its first shift and behind its last one nothing is known. Whoever is on
-- call is not at work.
--
-- spoken  the languages that are wanted, "all" for anybody
-- Columns: language, since_at, until_at, after_sites (the sites of the language whose shift ends where the hole
-- begins, joined by ", "; NULL at a border), before_sites (whose shift begins where it ends).
CREATE OR REPLACE MACRO memory.holes(first_at, last_at, spoken, seen_at) AS TABLE
WITH known AS MATERIALIZED (
    SELECT site, languages, starts_at, ends_at
    FROM warehouse.shifts
    WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at) AND NOT is_on_call
),
frame AS (
    SELECT greatest(first_at, min(starts_at)) AS from_at, least(last_at, max(ends_at)) AS to_at
    FROM known
    HAVING count(*) > 0
),
tongues AS (
    SELECT DISTINCT unnest(spoken) AS language
),
staffed AS MATERIALIZED (
    SELECT language, site, starts_at, ends_at
    FROM known JOIN tongues ON language = 'all' OR list_contains(languages, language)
),
present AS (
    SELECT language, starts_at, ends_at
    FROM staffed CROSS JOIN frame
    WHERE starts_at < to_at AND ends_at > from_at
    UNION ALL
    SELECT language, to_at, to_at FROM tongues CROSS JOIN frame    -- so that the stretch behind the last shift has an end
),
found AS (
    SELECT language,
           coalesce(max(ends_at) OVER (PARTITION BY language ORDER BY starts_at, ends_at
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), from_at) AS since_at,
           starts_at AS until_at
    FROM present CROSS JOIN frame
),
ended AS (
    SELECT language, ends_at AS since_at, string_agg(DISTINCT site, ', ' ORDER BY site) AS sites FROM staffed GROUP BY ALL
),
begun AS (
    SELECT language, starts_at AS until_at, string_agg(DISTINCT site, ', ' ORDER BY site) AS sites FROM staffed GROUP BY ALL
)
SELECT language, since_at, until_at, ended.sites AS after_sites, begun.sites AS before_sites
FROM found LEFT JOIN ended USING (language, since_at) LEFT JOIN begun USING (language, until_at)
WHERE since_at < until_at;
