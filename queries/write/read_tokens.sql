-- read_tokens: what programs show instead of a password.
SELECT token_hash, person, name, created_at FROM tokens ORDER BY created_at, name
