-- insert_token: what one more program shows instead of a password.
INSERT INTO tokens BY NAME
SELECT $token_hash::VARCHAR AS token_hash, $person::VARCHAR AS person, $name::VARCHAR AS name,
       $at::TIMESTAMP AS created_at
