-- end_rest_spans: spans that are no longer true end; what was known earlier stays known.
MERGE INTO rest_spans AS known
USING version_batch AS batch
ON known.place = batch.place AND known.name IS NOT DISTINCT FROM batch.name AND known.since_at = batch.since_at
   AND known.until_at = batch.until_at AND known.days_count = batch.days_count AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
