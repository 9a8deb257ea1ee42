-- clocks/staged: the segments as they are stored. Two of one case differ exactly when their content_hash does.
CREATE OR REPLACE TEMP VIEW staged_segments AS
WITH told AS (
    SELECT case_key, case_id, ['frt', 'nrt', 'resolution'][metric] AS metric, cycle::BIGINT AS cycle,
           segment::BIGINT AS segment, brand, platform, language, clock_cases.owner, track, priority, calendar,
           make_timestamp(aimed.start_s * 1000000) AS started_at,
           make_timestamp(aimed.since_s * 1000000) AS since_at,
           make_timestamp(aimed.until_s * 1000000) AS until_at,
           is_paused, ['waiting_customer', 'waiting_third_party', 'crisis_hold'][reason_no] AS reason,
           aimed.target_seconds, public_target_seconds, before_seconds,
           make_timestamp(coalesce(clock_passed.due_s, aimed.due_s) * 1000000) AS due_at,
           make_timestamp(coalesce(clock_passed.breaches_s, aimed.breaches_s) * 1000000) AS breaches_at,
           CASE WHEN aimed.until_s IS NULL THEN make_timestamp(aimed.stop_s * 1000000) END AS stopped_at,
           CASE WHEN aimed.until_s IS NULL THEN outcome END AS outcome,
           CASE WHEN aimed.until_s IS NULL AND aimed.stop_s IS NOT NULL THEN before_seconds + gain_seconds END
               AS elapsed_seconds,
           CASE WHEN aimed.until_s IS NULL THEN make_timestamp(assigned_s * 1000000) END AS assigned_at
    FROM clock_aimed AS aimed
    JOIN (SELECT piece_no, track, priority, calendar, public_target_seconds FROM clock_pieces) AS pieces USING (piece_no)
    JOIN (SELECT clock_no, case_key, metric, cycle, outcome, assigned_s FROM clock_list) AS list USING (clock_no)
    JOIN (SELECT case_key, case_id, brand, platform, language, coalesce(clock_first.owner, clock_cases.owner) AS owner
          FROM clock_cases JOIN clock_first USING (case_key)) AS clock_cases USING (case_key)
    LEFT JOIN clock_passed USING (clock_no, segment)
)
SELECT *,
       (hash(metric, cycle, segment, case_id, brand, platform, language, owner, track, priority, calendar, started_at, since_at,
             until_at, is_paused, reason, target_seconds, public_target_seconds, before_seconds, due_at, breaches_at,
             stopped_at, outcome, elapsed_seconds, assigned_at) % 9223372036854775807)::BIGINT AS content_hash
FROM told
