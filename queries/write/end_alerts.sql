-- end_alerts: alerts that no longer stand as they did end; what was known earlier stays known.
MERGE INTO alerts AS known
USING version_batch AS batch
ON known.kind = batch.kind AND known.subject = batch.subject AND known.since_at = batch.since_at
   AND known.until_at = batch.until_at AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
