-- end_policies: policies that are no longer true end; what was known earlier stays known.
MERGE INTO policies AS known
USING promise_batch AS batch
ON known.track = batch.track AND known.priority IS NOT DISTINCT FROM batch.priority
   AND known.from_at IS NOT DISTINCT FROM batch.from_at AND known.until_at IS NOT DISTINCT FROM batch.until_at
   AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
