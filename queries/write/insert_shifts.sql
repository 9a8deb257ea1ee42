-- insert_shifts: the shifts that have become true.
INSERT INTO shifts BY NAME
SELECT batch.*, $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM shift_batch AS batch
ORDER BY starts_at
