-- end_staffing: terms that are no longer true end; what was known earlier stays known.
MERGE INTO staffing AS known
USING version_batch AS batch
ON known.track IS NOT DISTINCT FROM batch.track AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
