-- end_hours: hours that are no longer true end; what was known earlier stays known.
MERGE INTO calendar_hours AS known
USING promise_batch AS batch
ON known.calendar = batch.calendar AND known.opens_at = batch.opens_at AND known.closes_at = batch.closes_at
   AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
