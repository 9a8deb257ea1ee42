-- end_demand_events: events that are no longer true end; what was known earlier stays known.
MERGE INTO demand_events AS known
USING version_batch AS batch
ON known.name = batch.name AND known.languages = batch.languages AND known.since_at = batch.since_at
   AND known.until_at = batch.until_at AND known.factor = batch.factor AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
