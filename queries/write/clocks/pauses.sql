-- clocks/pauses: when cases were paused for a reason that counts. One that waits for the customer ends with their next
-- word, whoever forgets to say so.
CREATE OR REPLACE TEMP TABLE clock_pauses AS
WITH told AS (
    SELECT case_key, place, tie, code, reason
    FROM clock_events SEMI JOIN (SELECT case_key FROM clock_first WHERE is_paused) USING (case_key)
    WHERE code IN (3, 4, 5, 7) OR code >= 8
),
spans AS (
    SELECT case_key, reason, place // 16 AS since_s,
           lead(place // 16) OVER (PARTITION BY case_key ORDER BY place, tie) AS until_s
    FROM told
    QUALIFY reason = 'waiting_customer'
    UNION ALL
    SELECT case_key, reason, place // 16 AS since_s,
           lead(place // 16) OVER (PARTITION BY case_key ORDER BY place, tie) AS until_s
    FROM told
    WHERE code <> 3
    QUALIFY reason <> 'waiting_customer'
)
SELECT case_key, list_position(['waiting_customer', 'waiting_third_party', 'crisis_hold'], reason)::TINYINT AS reason_no,
       since_s, coalesce(until_s, 9000000000) AS until_s
FROM spans
WHERE until_s IS NULL OR until_s > since_s
