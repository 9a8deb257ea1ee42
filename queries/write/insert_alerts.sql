-- insert_alerts: the alerts as they stand from now on.
INSERT INTO alerts BY NAME
SELECT batch.*, $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM version_batch AS batch
ORDER BY since_at, subject
