-- clocks/touch_bared: what a removed source has left to compute anew: cases another one told of too, and cases merged
-- into one that is gone.
CREATE OR REPLACE TEMP TABLE clock_touched AS
SELECT bared_key AS case_key FROM bared
WHERE bared_key IN (SELECT case_key FROM cases WHERE known_until_at IS NULL)
UNION
SELECT case_key FROM case_events
WHERE kind = 'merged' AND other_case_key NOT IN (SELECT case_key FROM cases)
