-- clocks/first: per case its start, when its first response was owed and given, and what ended it.
--
-- A case that we have begun ourselves owes its first response from the customer's first word on. stop_place of a reply
-- that is older than the start is the start with the code 14: nobody knows how long it took.
CREATE OR REPLACE TEMP TABLE clock_first AS
WITH starts AS (
    -- what we have begun ourselves, nobody has waited for
    SELECT root_key AS case_key, min(own_start_s) AS start_s
    FROM clock_cases
    WHERE root_key = case_key OR NOT (may_be_ours AND case_key IN (SELECT case_key FROM clock_events WHERE code = 0))
    GROUP BY root_key
),
begun AS (
    SELECT case_key, root_key <> case_key AS is_merged, may_be_ours,
           CASE WHEN root_key = case_key THEN starts.start_s ELSE own_start_s END AS start_s
    FROM clock_cases LEFT JOIN starts USING (case_key)
),
words AS (
    SELECT case_key,
           min(place) FILTER (code = 3) AS asked_place,
           max(place) FILTER (code = 3) AS last_asked_place,
           min(place) FILTER (code >= 8 AND place >= start_s * 16) AS end_place,
           bool_or(code = 0) AS is_opened_by_us,
           bool_or(code = 4) AS is_reopened,
           bool_or(code = 11) AS is_excluded,
           bool_or(code = 7 AND reason IS NOT NULL) AS is_paused,
           arg_max(owner_said, place) FILTER (code = 2 AND owner_said IS NOT NULL) AS owner
    FROM clock_events JOIN begun USING (case_key)
    GROUP BY case_key
),
owed AS (
    SELECT begun.*, last_asked_place, end_place, owner,
           coalesce(is_reopened, false) AS is_reopened,
           coalesce(is_excluded, false) AS is_excluded,
           coalesce(is_paused, false) AS is_paused,
           coalesce(is_opened_by_us AND may_be_ours, false) AS is_ours,
           CASE WHEN is_opened_by_us AND may_be_ours THEN asked_place ELSE start_s * 16 END AS owed_place
    FROM begun LEFT JOIN words USING (case_key)
),
given AS (
    SELECT case_key,
           min(place) FILTER (code = 6 AND place >= owed_place) AS reply_place,
           min(place) FILTER (code >= 8 AND place >= owed_place) AS ended_place,
           bool_or(code = 6 AND place < owed_place) AS is_early
    FROM clock_events JOIN owed USING (case_key)
    WHERE code = 6 OR code >= 8
    GROUP BY case_key
),
stopped AS (
    SELECT owed.*,
           CASE WHEN reply_place IS NULL AND is_early AND NOT is_ours THEN start_s * 16 + 14
                ELSE least(reply_place, ended_place) END AS stop_place
    FROM owed LEFT JOIN given USING (case_key)
),
handed AS (
    SELECT case_key, max(place // 16) AS assigned_s
    FROM clock_events JOIN stopped USING (case_key)
    WHERE code = 2 AND place < stop_place
    GROUP BY case_key
)
SELECT stopped.*, assigned_s,
       -- from here on a customer's word begins a run
       CASE WHEN stop_place % 16 = 14 THEN start_s * 16 + 6 ELSE stop_place END AS answered_place
FROM stopped LEFT JOIN handed USING (case_key)
