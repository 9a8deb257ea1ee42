-- read_persons: everybody who may look.
SELECT name, role, password_hash, created_at FROM people ORDER BY created_at, name
