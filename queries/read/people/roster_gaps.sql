-- roster_gaps: when nobody is on shift at any site, to the second.
--
-- Gaps are cut to the window, and to the roster: before its first shift and behind its last one nothing is known. The
-- roster is written out 15 days ahead.
--
-- tick    60s
-- param   since     timestamp               inclusive
-- param   until     timestamp               exclusive
-- param   language  varchar    = ""         nobody who speaks it; empty means nobody at all
-- param   known_at  timestamp  = now        as it was known then
-- column  since_at      timestamp  from when on nobody is there
-- column  until_at      timestamp  until when
-- column  after_sites   varchar    the sites whose shift ends where the gap begins, joined by ", "; unknown at a border
-- column  before_sites  varchar    the sites whose shift begins where the gap ends
-- grain   since_at
WITH known AS (
    SELECT site, starts_at, ends_at,
           $language::VARCHAR = '' OR list_contains(languages, $language::VARCHAR) AS is_wanted
    FROM shifts
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
frame AS (
    SELECT greatest($since::TIMESTAMP, min(starts_at)) AS first_at, least($until::TIMESTAMP, max(ends_at)) AS last_at
    FROM known
    HAVING count(*) > 0
),
staffed AS (
    SELECT starts_at, ends_at
    FROM known CROSS JOIN frame
    WHERE starts_at < last_at AND ends_at > first_at AND is_wanted
    UNION ALL
    SELECT last_at AS starts_at, last_at AS ends_at FROM frame  -- so that the stretch behind the last shift has an end
),
holes AS (
    SELECT coalesce(max(ends_at) OVER (ORDER BY starts_at, ends_at
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), first_at) AS since_at,
           starts_at AS until_at
    FROM staffed CROSS JOIN frame
)
SELECT since_at, until_at,
       (SELECT string_agg(DISTINCT site, ', ' ORDER BY site) FROM known WHERE is_wanted AND ends_at = since_at)
           AS after_sites,
       (SELECT string_agg(DISTINCT site, ', ' ORDER BY site) FROM known WHERE is_wanted AND starts_at = until_at)
           AS before_sites
FROM holes
WHERE since_at < until_at
ORDER BY since_at
