-- insert_demand_events: the events that have become true.
INSERT INTO demand_events BY NAME
SELECT batch.*, $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM version_batch AS batch
ORDER BY since_at
