-- The bare calculation on the same crowd, nothing read from events and nothing kept: B(start), B(stop), B of every pause's
-- two ends, and the inverse that gives the due date; each an ASOF join to the opening hours.
CREATE OR REPLACE TEMP TABLE bare AS
WITH hours AS (
    SELECT calendar, epoch_us(opens_at) // 1000000 AS s, epoch_us(closes_at) // 1000000 AS e,
           coalesce(sum(epoch_us(closes_at) // 1000000 - epoch_us(opens_at) // 1000000)
                        OVER (PARTITION BY calendar ORDER BY opens_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                    0)::BIGINT AS cum
    FROM calendar_hours
),
given AS (
    SELECT i, 'week' || i % 9 AS calendar, epoch_us(opened_at) // 1000000 AS t0,
           epoch_us(opened_at) // 1000000 + lasted AS t1, lasted, share
    FROM crowd
),
pauses AS (
    SELECT i, calendar, (t0 + lasted * (0.1 + share))::BIGINT AS p0, (t0 + lasted * (0.3 + share))::BIGINT AS p1 FROM given
    UNION ALL
    SELECT i, calendar, (t0 + lasted * (0.7 + share / 2))::BIGINT AS p0, (t0 + lasted * (0.8 + share / 2))::BIGINT AS p1
    FROM given WHERE i % 2 = 0
),
begun AS (
    SELECT given.*, coalesce(cum + least(t0, e) - s, 0) AS b0
    FROM given ASOF LEFT JOIN hours ON given.calendar = hours.calendar AND t0 >= s
),
ended AS (
    SELECT begun.*, coalesce(cum + least(t1, e) - s, 0) AS b1
    FROM begun ASOF LEFT JOIN hours ON begun.calendar = hours.calendar AND t1 >= s
),
held AS (
    SELECT pauses.*, coalesce(cum + least(p0, e) - s, 0) AS bp0
    FROM pauses ASOF LEFT JOIN hours ON pauses.calendar = hours.calendar AND p0 >= s
),
resumed AS (
    SELECT held.*, coalesce(cum + least(p1, e) - s, 0) AS bp1
    FROM held ASOF LEFT JOIN hours ON held.calendar = hours.calendar AND p1 >= s
),
paused AS (
    SELECT i, sum(bp1 - bp0)::BIGINT AS paused FROM resumed GROUP BY i
),
counted AS (
    SELECT ended.*, coalesce(paused, 0) AS paused, b1 - b0 - coalesce(paused, 0) AS elapsed FROM ended LEFT JOIN paused USING (i)
)
SELECT counted.*, s + (b0 + 86400 + paused - cum) AS due
FROM counted ASOF LEFT JOIN hours ON counted.calendar = hours.calendar AND (b0 + 86400 + paused) > cum
