-- read_migrations: which migrations this warehouse has seen.
SELECT number FROM migrations ORDER BY number
