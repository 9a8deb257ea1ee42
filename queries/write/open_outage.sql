-- open_outage: a source cannot be read, since its last success; one that goes on goes on.
INSERT INTO gaps BY NAME
SELECT $gap_key::BIGINT AS gap_key, $source::VARCHAR AS source, NULL::VARCHAR AS platform, 'outage' AS kind,
       $since_at::TIMESTAMP AS since_at, NULL::TIMESTAMP AS until_at, $sentence::VARCHAR AS sentence,
       $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS filled_at
WHERE NOT EXISTS (FROM gaps WHERE source = $source::VARCHAR AND kind = 'outage' AND until_at IS NULL)
