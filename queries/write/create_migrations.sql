-- create_migrations: the list of migrations, the one table that is there before them.
CREATE TABLE IF NOT EXISTS migrations (number BIGINT, name VARCHAR, applied_at TIMESTAMP)
