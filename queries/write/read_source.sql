-- read_source: where a source stands.
SELECT cursor FROM sources WHERE source = $source::VARCHAR
