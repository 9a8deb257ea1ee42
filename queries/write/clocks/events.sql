-- clocks/events: what happened, as the clocks read it: one number per event, the second and its place within it.
--
-- place = second * 16 + code; codes are in the order in which events of one second are read:
--  0 opened by us      3 customer's message   6 reply               9 declined   12 resolved
--  1 changed           4 reopened             7 paused             10 merged     13 resolved by the customer
--  2 assigned          5 resumed              8 acknowledged       11 excluded
-- `reason` is that of a pause that counts; `tie` tells two of one place apart. A merged case's messages are its root's; after it was merged or excluded for
-- good, nothing is read in a case itself but who opened it. What was undone by a reopening was nothing.
CREATE OR REPLACE TEMP TABLE clock_events AS
WITH told AS (
    SELECT case_key, root_key, is_ring, epoch_us(happened_at) // 1000000 AS at_s, event_key AS tie, actor_kind, owner_said,
           CASE kind
               WHEN 'message' THEN CASE WHEN actor_kind = 'customer' AND visibility IS DISTINCT FROM 'internal' THEN 3
                                        WHEN actor_kind = 'human' AND visibility IN ('public', 'private') THEN 6 END
               WHEN 'opened' THEN CASE WHEN actor_kind IN ('human', 'bot') THEN 0 END
               WHEN 'assigned' THEN 2 WHEN 'claimed' THEN 2 WHEN 'accepted' THEN 2
               WHEN 'reopened' THEN 4
               WHEN 'resumed' THEN 5
               WHEN 'paused' THEN 7
               ELSE CASE WHEN actor_kind IS DISTINCT FROM 'bot' THEN
                    CASE kind WHEN 'acknowledged' THEN 8
                              WHEN 'declined' THEN 9
                              WHEN 'merged' THEN CASE WHEN NOT is_ring THEN 10 END
                              WHEN 'excluded' THEN 11
                              WHEN 'resolved' THEN CASE WHEN actor_kind = 'customer' THEN 13 ELSE 12 END END END
           END AS code,
           CASE WHEN kind = 'paused' AND actor_kind IS DISTINCT FROM 'bot'
                 AND reason IN ('waiting_customer', 'waiting_third_party', 'crisis_hold') THEN reason END AS reason
    FROM (SELECT case_key, event_key, kind, happened_at, actor_kind, visibility, reason,
                 coalesce(owner, CASE WHEN kind <> 'assigned' THEN actor END) AS owner_said
          FROM case_events
          WHERE NOT is_drill
            AND kind IN ('opened', 'message', 'assigned', 'claimed', 'accepted', 'reopened', 'resumed', 'paused',
                         'acknowledged', 'declined', 'merged', 'excluded', 'resolved'))
    JOIN (SELECT case_key, root_key, is_ring FROM clock_cases) USING (case_key)
),
read AS (
    SELECT case_key, root_key, at_s, code::BIGINT AS code, tie, reason, owner_said FROM told WHERE code IS NOT NULL
    UNION ALL
    -- who opens a case again has something to say
    SELECT case_key, root_key, at_s, 3 AS code, tie, NULL AS reason, NULL AS owner_said
    FROM told WHERE code = 4 AND actor_kind = 'customer'
),
undone AS (
    SELECT case_key, max(at_s) FILTER (code = 4) AS reopened_s
    FROM read
    WHERE code IN (4, 10, 11)
    GROUP BY case_key
    HAVING count(*) FILTER (code IN (10, 11)) > 0
),
ends AS (
    SELECT case_key, min(at_s * 16 + code) AS over_place
    FROM read JOIN undone USING (case_key)
    WHERE (code = 11 OR (code = 10 AND root_key <> case_key)) AND (reopened_s IS NULL OR at_s >= reopened_s)
    GROUP BY case_key
),
-- into a case nobody knows it is no merge: it is as good as declined
settled AS (
    SELECT * REPLACE (CASE WHEN code = 10 AND root_key = case_key THEN 9 ELSE code END AS code)
    FROM read LEFT JOIN undone USING (case_key)
    WHERE code NOT IN (10, 11) OR reopened_s IS NULL OR at_s >= reopened_s
),
heard AS (
    SELECT case_key, at_s, code, tie, reason, owner_said FROM settled
    UNION ALL
    SELECT root_key AS case_key, at_s, code, tie, NULL AS reason, NULL AS owner_said
    FROM read
    WHERE root_key <> case_key AND code IN (3, 6)
    UNION ALL
    -- what each case of a conversation began with is a word of a customer in it
    SELECT root_key AS case_key, own_start_s AS at_s, 3 AS code, 0 AS tie, NULL AS reason, NULL AS owner_said
    FROM clock_cases
    WHERE root_key IN (SELECT root_key FROM clock_cases WHERE root_key <> case_key)
      AND NOT (may_be_ours AND case_key IN (SELECT case_key FROM read WHERE code = 0))
)
SELECT case_key, at_s * 16 + code AS place, tie, code, reason, owner_said
FROM heard LEFT JOIN ends USING (case_key)
WHERE over_place IS NULL OR at_s * 16 + code <= over_place OR code = 0
