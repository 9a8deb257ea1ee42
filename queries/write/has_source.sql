-- has_source: whether a source is known.
SELECT count(*) > 0 FROM sources WHERE source = $source::VARCHAR
