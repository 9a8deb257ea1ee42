-- clocks/aimed: when each segment's target is reached: the instant, and the first one after which it is passed. In the
-- order in which the clocks began: so they are stored, and a week of them is found without reading all.
CREATE OR REPLACE TEMP TABLE clock_aimed AS
SELECT counted.* EXCLUDE (aim, calendar_no),
       CASE WHEN opens_s + aim - sum_s <= closes_s THEN opens_s + aim - sum_s END AS due_s,
       CASE WHEN opens_s + aim - sum_s < closes_s THEN opens_s + aim - sum_s
            WHEN opens_s + aim - sum_s = closes_s THEN coalesce(next_s, closes_s) END AS breaches_s
FROM clock_counted AS counted ASOF LEFT JOIN clock_sums AS sums
    ON counted.calendar_no = sums.calendar_no AND counted.aim > sums.sum_s
ORDER BY start_s
