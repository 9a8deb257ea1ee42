-- insert_staffing: the terms that have become true.
INSERT INTO staffing BY NAME
SELECT batch.*, $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM version_batch AS batch
ORDER BY track
