-- read_opened: when this warehouse was first opened: the moment of its first migration.
SELECT min(applied_at) FROM migrations
