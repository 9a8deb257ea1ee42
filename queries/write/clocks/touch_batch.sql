-- clocks/touch_batch: the cases a batch can move: those of its events and records, and those about its posts.
CREATE OR REPLACE TEMP TABLE clock_touched AS
SELECT case_key FROM staged_events
UNION
SELECT case_key FROM staged_cases WHERE fate IN ('new', 'changed')
