-- clocks/counted: how much of each segment counts, and how much had counted before it.
CREATE OR REPLACE TEMP TABLE clock_counted AS
WITH begun AS (
    SELECT cuts.*, coalesce(sum_s + least(cuts.since_s, closes_s) - opens_s, 0) AS b_since
    FROM clock_cuts AS cuts ASOF LEFT JOIN clock_sums AS sums
        ON cuts.calendar_no = sums.calendar_no AND cuts.since_s >= sums.opens_s
),
ended AS (
    SELECT begun.*,
           CASE WHEN end_s IS NOT NULL THEN coalesce(sum_s + least(end_s, closes_s) - opens_s, 0) END AS b_end
    FROM begun ASOF LEFT JOIN clock_sums AS sums ON begun.calendar_no = sums.calendar_no AND begun.end_s >= sums.opens_s
),
gained AS (
    SELECT *, CASE WHEN is_paused THEN 0 ELSE b_end - b_since END AS gain_seconds FROM ended
),
summed AS (
    SELECT *,
           coalesce(sum(gain_seconds) OVER (so_far ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT
               AS before_seconds,
           row_number() OVER so_far AS segment
    FROM gained
    WINDOW so_far AS (PARTITION BY clock_no ORDER BY since_s)
)
-- stopped in a pause: as if it had gone on at that instant
SELECT * EXCLUDE (b_since, b_end, end_s),
       CASE WHEN NOT is_paused OR before_seconds > target_seconds THEN b_since + target_seconds - before_seconds
            WHEN until_s IS NULL AND stop_s IS NOT NULL THEN b_end + target_seconds - before_seconds END AS aim
FROM summed
