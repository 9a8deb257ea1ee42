-- clocks/clocks: every clock of every case, from when to when, and what stopped it. The metrics are 1 frt, 2 nrt,
-- 3 resolution. Nothing is said of targets yet.
CREATE OR REPLACE TEMP TABLE clock_list AS
WITH turns AS (
    -- words that change whose turn it is: a customer's first unanswered one, and the first thing that ends the run
    SELECT case_key, place, code,
           lag(code, 1, 0) OVER (PARTITION BY case_key ORDER BY place) AS before
    FROM clock_events
    JOIN (SELECT case_key, answered_place FROM clock_first WHERE last_asked_place > answered_place) USING (case_key)
    WHERE place > answered_place AND (code IN (3, 6) OR code >= 8)
    QUALIFY (code = 3) <> (before = 3)
),
runs AS (
    SELECT case_key, 2 AS metric, place, code, lead(place) OVER next AS stop_place,
           row_number() OVER next AS number
    FROM turns
    WINDOW next AS (PARTITION BY case_key ORDER BY place)
),
states AS (
    SELECT case_key, place, code = 4 AS is_open, lag(code, 1, 4) OVER (PARTITION BY case_key ORDER BY place) = 4 AS was_open
    FROM clock_events JOIN (SELECT case_key, start_s FROM clock_first WHERE is_reopened) USING (case_key)
    WHERE (code = 4 OR code >= 8) AND place >= start_s * 16
    QUALIFY is_open <> was_open
),
spans AS (
    SELECT case_key, place, is_open, lead(place) OVER next AS stop_place
    FROM (SELECT case_key, place, is_open FROM states
          UNION ALL
          SELECT case_key, start_s * 16 - 1 AS place, true AS is_open FROM clock_first WHERE is_reopened)
    WINDOW next AS (PARTITION BY case_key ORDER BY place)
),
clocks AS (
    SELECT case_key, 1 AS metric, 1 AS cycle, owed_place // 16 AS start_s, stop_place, assigned_s
    FROM clock_first WHERE owed_place IS NOT NULL
    UNION ALL
    SELECT case_key, metric, row_number() OVER (PARTITION BY case_key ORDER BY place) AS cycle, place // 16 AS start_s,
           stop_place, NULL AS assigned_s
    FROM runs WHERE code = 3
    UNION ALL
    SELECT case_key, 3 AS metric, 1 AS cycle, start_s, end_place AS stop_place, NULL AS assigned_s
    FROM clock_first WHERE NOT is_reopened
    UNION ALL
    SELECT case_key, 3 AS metric, row_number() OVER (PARTITION BY case_key ORDER BY place) AS cycle,
           (place + 1) // 16 AS start_s, stop_place, NULL AS assigned_s
    FROM spans WHERE is_open
)
SELECT row_number() OVER () AS clock_no, case_key, metric, cycle, clocks.start_s, clocks.stop_place // 16 AS stop_s,
       clocks.assigned_s, clock_first.is_paused AND metric > 1 AS may_pause,
       CASE WHEN clocks.stop_place IS NULL THEN NULL
            WHEN is_merged THEN 'merged'
            WHEN is_excluded THEN 'excluded'
            ELSE CASE clocks.stop_place % 16
                 WHEN 6 THEN 'answered' WHEN 8 THEN 'acknowledged' WHEN 9 THEN 'declined' WHEN 14 THEN 'unknown'
                 WHEN 12 THEN CASE metric WHEN 1 THEN 'unanswered' ELSE 'resolved' END
                 WHEN 13 THEN CASE metric WHEN 1 THEN 'acknowledged' ELSE 'resolved' END END
       END AS outcome
FROM clocks JOIN clock_first USING (case_key)
