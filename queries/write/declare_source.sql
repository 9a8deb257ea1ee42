-- declare_source: what the site file says of a source; where it stands is kept. Other options are a new try: what was
-- learned to be closed may be open.
MERGE INTO sources AS known
USING (SELECT $source::VARCHAR AS source) AS declared ON known.source = declared.source
WHEN MATCHED THEN UPDATE SET
    kind = $kind::VARCHAR, every_seconds = $every_seconds::BIGINT,
    stale_after_seconds = $stale_after_seconds::BIGINT, silent_after_seconds = $silent_after_seconds::BIGINT,
    retention_days = $retention_days::BIGINT, is_active = true,
    disabled = CASE WHEN known.options_hash IS DISTINCT FROM $options_hash::VARCHAR THEN NULL ELSE known.disabled END,
    network = CASE WHEN known.options_hash IS DISTINCT FROM $options_hash::VARCHAR THEN NULL ELSE known.network END,
    not_before_at = CASE WHEN known.options_hash IS DISTINCT FROM $options_hash::VARCHAR THEN NULL
                         ELSE known.not_before_at END,
    options_hash = $options_hash::VARCHAR
WHEN NOT MATCHED THEN INSERT (source, kind, every_seconds, stale_after_seconds, silent_after_seconds, retention_days,
                              is_active, options_hash)
    VALUES ($source::VARCHAR, $kind::VARCHAR, $every_seconds::BIGINT, $stale_after_seconds::BIGINT,
            $silent_after_seconds::BIGINT, $retention_days::BIGINT, true, $options_hash::VARCHAR)
