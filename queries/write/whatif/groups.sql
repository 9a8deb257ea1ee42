-- whatif/groups: per track and metric the promises due in the window, kept and broken, as it was and as it would have
-- been; and how many of them change sides, wherever their due date goes.
WITH told AS (
    SELECT was_track AS track, metric, 'was' AS what, was_fate AS fate FROM whatif_clocks WHERE was_due
    UNION ALL
    SELECT would_track AS track, metric, 'would' AS what, would_fate AS fate FROM whatif_clocks WHERE would_due
    UNION ALL
    SELECT coalesce(was_track, would_track) AS track, metric, was_fate AS what, would_fate AS fate FROM whatif_clocks
),
counted AS (
    SELECT track, metric,
           count(*) FILTER (what = 'was' AND fate = 'met') AS was_met,
           count(*) FILTER (what = 'was' AND fate = 'breached') AS was_breached,
           count(*) FILTER (what = 'would' AND fate = 'met') AS would_met,
           count(*) FILTER (what = 'would' AND fate = 'breached') AS would_breached,
           count(*) FILTER (what = 'met' AND fate = 'breached') AS to_breached,
           count(*) FILTER (what = 'breached' AND fate = 'met') AS to_met
    FROM told
    GROUP BY track, metric
)
SELECT track, metric,
       was_met + was_breached AS was_count, was_met AS was_met_count, was_breached AS was_breached_count,
       was_met / nullif(was_met + was_breached, 0) AS was_attainment_share,
       would_met + would_breached AS would_count, would_met AS would_met_count, would_breached AS would_breached_count,
       would_met / nullif(would_met + would_breached, 0) AS would_attainment_share,
       to_breached AS met_to_breached_count, to_met AS breached_to_met_count
FROM counted
WHERE was_met + was_breached + would_met + would_breached > 0
ORDER BY track, list_position(['frt', 'nrt', 'resolution'], metric)
