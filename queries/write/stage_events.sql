-- stage_events: the events of a batch that are not known yet; an event is added once and never changed.
CREATE OR REPLACE TEMP TABLE staged_events AS
SELECT batch.*
FROM event_batch AS batch
WHERE batch.event_key NOT IN (SELECT event_key FROM case_events)
