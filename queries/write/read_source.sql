-- read_source: where a source stands, and what it must mind.
SELECT cursor, backfill, network, not_before_at, swept_at, disabled FROM sources WHERE source = $source::VARCHAR
