-- insert_policies: the policies that have become true.
INSERT INTO policies BY NAME
SELECT batch.*, $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM promise_batch AS batch
ORDER BY track, priority, from_at
