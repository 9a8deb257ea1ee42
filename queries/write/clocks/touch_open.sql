-- clocks/touch_open: the cases whose clocks a change of opening hours from $at on can still move; with no clock at all
-- yet, every case.
CREATE OR REPLACE TEMP TABLE clock_touched AS
SELECT DISTINCT case_key
FROM clock_segments
WHERE known_until_at IS NULL AND until_at IS NULL
  AND (stopped_at IS NULL OR due_at > $at::TIMESTAMP OR breaches_at > $at::TIMESTAMP)
UNION
SELECT case_key FROM cases
WHERE known_until_at IS NULL AND NOT EXISTS (FROM clock_segments)
