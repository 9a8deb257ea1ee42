-- stage_events: the events of a batch that are not known yet; an event is added once and never changed.
CREATE OR REPLACE TEMP TABLE staged_events AS
WITH known AS (
    SELECT event_key FROM case_events SEMI JOIN event_batch USING (event_key)
)
SELECT batch.*
FROM event_batch AS batch ANTI JOIN known USING (event_key)
