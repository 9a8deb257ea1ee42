-- clocks/hours: opening hours in seconds with their running sum: B(t), the open seconds of a calendar before t, is an
-- ASOF join to it. Calendars are numbers here: a million rows of them are sorted.
CREATE OR REPLACE TEMP TABLE clock_sums AS
WITH open AS (
    SELECT calendar, epoch_us(opens_at) // 1000000 AS opens_s, epoch_us(closes_at) // 1000000 AS closes_s FROM clock_hours
)
SELECT calendar, dense_rank() OVER (ORDER BY calendar)::INTEGER AS calendar_no, opens_s, closes_s,
       (coalesce(sum(closes_s - opens_s) OVER (so_far ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::BIGINT AS sum_s,
       lead(opens_s) OVER so_far AS next_s
FROM open
WINDOW so_far AS (PARTITION BY calendar ORDER BY opens_s)
ORDER BY calendar_no, opens_s
