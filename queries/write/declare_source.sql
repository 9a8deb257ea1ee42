-- declare_source: what the site file says of a source; where it stands is kept.
MERGE INTO sources AS known
USING (SELECT $source::VARCHAR AS source) AS declared ON known.source = declared.source
WHEN MATCHED THEN UPDATE SET
    kind = $kind::VARCHAR, every_seconds = $every_seconds::BIGINT,
    stale_after_seconds = $stale_after_seconds::BIGINT, is_active = true
WHEN NOT MATCHED THEN INSERT (source, kind, every_seconds, stale_after_seconds, is_active)
    VALUES ($source::VARCHAR, $kind::VARCHAR, $every_seconds::BIGINT, $stale_after_seconds::BIGINT, true)
