-- end_outdated: a version that no longer names a brand ends that brand's mention; what was known earlier stays known.
MERGE INTO mentions AS known
USING whole_batch AS batch
ON known.item_key = batch.item_key AND known.known_until_at IS NULL
   AND NOT list_contains(batch.brands, known.brand)
   AND (known.updated_at IS NULL OR known.updated_at < batch.updated_at
        OR (known.updated_at = batch.updated_at AND known.sequence < batch.sequence))
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
