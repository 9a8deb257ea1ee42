-- end_backfill: a backfill has come to its end.
UPDATE sources SET backfill = NULL WHERE source = $source::VARCHAR
