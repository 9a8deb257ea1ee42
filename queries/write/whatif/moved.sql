-- whatif/moved: the ten cases whose due date moves most, each by the clock that moves most; of equal ones first those
-- that become something else.
SELECT case_id, metric, cycle, coalesce(would_track, was_track) AS track, was_due_at, would_due_at,
       (epoch_us(would_due_at) - epoch_us(was_due_at)) // 1000000 AS moved_seconds, was_fate, would_fate
FROM whatif_clocks
WHERE was_due_at <> would_due_at AND (was_fate IN ('met', 'breached') OR would_fate IN ('met', 'breached'))
QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY abs(moved_seconds) DESC, metric, cycle) = 1
ORDER BY abs(moved_seconds) DESC, was_fate IS NOT DISTINCT FROM would_fate, case_id
LIMIT 10
