-- insert_days: the days that have become what they are.
INSERT INTO calendar_days BY NAME
SELECT batch.*, $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM promise_batch AS batch
ORDER BY calendar, since_at
