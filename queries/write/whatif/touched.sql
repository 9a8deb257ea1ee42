-- whatif/touched: the cases with a clock that is due in the window, or could be under the other policies.
--
-- A due date lies at most the longest target in open time behind the last thing that moves its clock: the start of the
-- case, an event, a later version of its record. So what moved no more since `reach_s` is due before the window.
CREATE OR REPLACE TEMP TABLE clock_touched AS
WITH passed AS (
    SELECT calendar, max(sum_s + least(epoch_us($since::TIMESTAMP) // 1000000, closes_s) - opens_s) AS open_s
    FROM clock_sums
    WHERE opens_s < epoch_us($since::TIMESTAMP) // 1000000
    GROUP BY calendar
),
longest AS (
    SELECT max(greatest(frt_seconds, nrt_seconds, resolution_seconds)) AS target_seconds FROM clock_policies
),
reaches AS (
    -- the last instant at which the target would end by $since
    SELECT calendar,
           coalesce(arg_max(opens_s + open_s - target_seconds - sum_s, opens_s) FILTER (sum_s <= open_s - target_seconds),
                    -9000000000) AS reach_s
    FROM clock_sums LEFT JOIN passed USING (calendar) CROSS JOIN longest
    GROUP BY calendar
),
since AS (
    SELECT min(reach_s) AS reach_s FROM reaches
),
known AS (
    SELECT case_key, item_key, opened_at FROM cases WHERE known_until_at IS NULL AND NOT is_drill
),
posts AS (
    SELECT item_key, min(published_at) AS published_at
    FROM mentions SEMI JOIN known USING (item_key)
    WHERE known_until_at IS NULL
    GROUP BY item_key
),
starts AS (
    SELECT case_key, least(opened_at, published_at) AS start_at FROM known LEFT JOIN posts USING (item_key)
),
moved AS (
    SELECT case_key FROM starts, since WHERE epoch_us(start_at) // 1000000 >= reach_s
    UNION
    SELECT case_key FROM case_events, since WHERE NOT is_drill AND epoch_us(happened_at) // 1000000 >= reach_s
    UNION
    SELECT case_key
    FROM (SELECT case_key, coalesce(updated_at, known_from_at) AS changed_at
          FROM cases
          WHERE NOT is_drill
          QUALIFY row_number() OVER (PARTITION BY case_key ORDER BY known_from_at) > 1), since
    WHERE epoch_us(changed_at) // 1000000 >= reach_s
)
SELECT case_key FROM starts SEMI JOIN moved USING (case_key) WHERE start_at < $until::TIMESTAMP
UNION
SELECT case_key FROM clock_segments
WHERE known_until_at IS NULL AND due_at >= $since::TIMESTAMP AND due_at < $until::TIMESTAMP
