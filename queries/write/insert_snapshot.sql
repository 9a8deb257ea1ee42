-- insert_snapshot: one more page handed to the executive, as it was made.
INSERT INTO snapshots BY NAME
SELECT $week::VARCHAR AS week, $since_at::TIMESTAMP AS since_at, $until_at::TIMESTAMP AS until_at,
       $made_at::TIMESTAMP AS made_at, $revision::BIGINT AS revision, $inputs_hash::VARCHAR AS inputs_hash,
       $html::VARCHAR AS html
