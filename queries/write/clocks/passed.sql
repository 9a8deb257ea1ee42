-- clocks/passed: where a target was passed before the segment began: no later segment with that target moves it.
CREATE OR REPLACE TEMP TABLE clock_passed AS
WITH late AS (
    SELECT DISTINCT clock_no FROM clock_aimed WHERE before_seconds > target_seconds
),
passing AS (
    SELECT clock_no, segment, before_seconds, target_seconds,
           CASE WHEN before_seconds + gain_seconds > target_seconds THEN due_s END AS due_s,
           CASE WHEN before_seconds + gain_seconds > target_seconds THEN breaches_s END AS breaches_s
    FROM clock_aimed SEMI JOIN late USING (clock_no)
)
SELECT clock_no, segment,
       first_value(due_s IGNORE NULLS) OVER so_far AS due_s, first_value(breaches_s IGNORE NULLS) OVER so_far AS breaches_s
FROM passing
WINDOW so_far AS (PARTITION BY clock_no, target_seconds ORDER BY segment
                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
QUALIFY before_seconds > target_seconds
