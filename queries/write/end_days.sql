-- end_days: days that are no longer what they were end; what was known earlier stays known.
MERGE INTO calendar_days AS known
USING promise_batch AS batch
ON known.calendar = batch.calendar AND known.since_at = batch.since_at AND known.until_at = batch.until_at
   AND known.kind = batch.kind AND known.name IS NOT DISTINCT FROM batch.name AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
