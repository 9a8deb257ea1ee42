-- insert_hours: the hours that have become true.
INSERT INTO calendar_hours BY NAME
SELECT batch.*, $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM promise_batch AS batch
ORDER BY calendar, opens_at
