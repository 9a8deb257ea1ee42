-- whatif/clocks: each clock as it was beside as it would have been, at $now, and how it ended under both.
--
-- The words are those of the question sla_attainment: late and overdue are breached; what runs and is not overdue yet
-- has no fate.
CREATE OR REPLACE TEMP TABLE whatif_clocks AS
WITH told AS (
    SELECT false AS is_would, case_key, case_id, metric, cycle, track, started_at, since_at, until_at, is_paused,
           target_seconds, before_seconds, due_at, breaches_at, stopped_at, outcome, elapsed_seconds
    FROM clock_segments SEMI JOIN clock_scope USING (case_key)
    WHERE known_until_at IS NULL
    UNION ALL
    SELECT true AS is_would, case_key, case_id, metric, cycle, track, started_at, since_at, until_at, is_paused,
           target_seconds, before_seconds, due_at, breaches_at, stopped_at, outcome, elapsed_seconds
    FROM staged_segments
),
in_force AS (
    SELECT is_would, case_key, case_id, metric, cycle, track, due_at,
           coalesce(due_at >= $since::TIMESTAMP AND due_at < $until::TIMESTAMP, false) AS is_due,
           CASE WHEN stopped_at <= $now::TIMESTAMP
                THEN CASE WHEN outcome IN ('excluded', 'merged', 'unknown') THEN outcome
                          WHEN outcome = 'unanswered' OR elapsed_seconds > target_seconds THEN 'breached'
                          WHEN outcome IN ('answered', 'resolved') THEN 'met'
                          ELSE outcome END
                WHEN CASE WHEN is_paused THEN before_seconds > target_seconds ELSE breaches_at < $now::TIMESTAMP END
                THEN 'breached'
           END AS fate
    FROM told
    WHERE since_at <= $now::TIMESTAMP AND (until_at IS NULL OR until_at > $now::TIMESTAMP)
      AND started_at <= $now::TIMESTAMP AND target_seconds IS NOT NULL
),
was AS (SELECT * FROM in_force WHERE NOT is_would),
would AS (SELECT * FROM in_force WHERE is_would)
SELECT coalesce(was.case_id, would.case_id) AS case_id, metric, cycle,
       was.track AS was_track, was.due_at AS was_due_at, was.fate AS was_fate, coalesce(was.is_due, false) AS was_due,
       would.track AS would_track, would.due_at AS would_due_at, would.fate AS would_fate,
       coalesce(would.is_due, false) AS would_due
FROM was FULL JOIN would USING (case_key, metric, cycle)
WHERE was.is_due OR would.is_due
