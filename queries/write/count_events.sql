-- count_events: how many staged events are new.
SELECT count(*) FROM staged_events
