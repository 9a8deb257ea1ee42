-- insert_migration: a migration has been applied.
INSERT INTO migrations VALUES ($number::BIGINT, $name::VARCHAR, $at::TIMESTAMP)
