-- insert_refused: rows that could not be taken; one already kept is not kept twice.
INSERT INTO refused_rows BY NAME
SELECT batch.*, $at::TIMESTAMP AS refused_at
FROM refused_batch AS batch
WHERE batch.refusal_key NOT IN (SELECT refusal_key FROM refused_rows WHERE source = $source::VARCHAR)
