-- clocks/scope: the cases in `clock_touched`, and all that were ever merged with them: their clocks hang together.
CREATE OR REPLACE TEMP TABLE clock_merges AS
SELECT case_key, other_case_key AS parent_key, epoch_us(happened_at) // 1000000 AS merged_s, event_key
FROM case_events
WHERE kind = 'merged' AND actor_kind IS DISTINCT FROM 'bot' AND NOT is_drill;
CREATE OR REPLACE TEMP TABLE clock_scope AS
WITH RECURSIVE ways AS (
    SELECT case_key AS here_key, parent_key AS there_key FROM clock_merges
    UNION
    SELECT parent_key AS here_key, case_key AS there_key FROM clock_merges
),
near AS (
    SELECT here_key AS case_key FROM ways SEMI JOIN clock_touched ON clock_touched.case_key = ways.here_key
    UNION
    SELECT ways.there_key AS case_key FROM near JOIN ways ON ways.here_key = near.case_key
)
SELECT case_key FROM clock_touched
UNION
SELECT case_key FROM near WHERE case_key IS NOT NULL
