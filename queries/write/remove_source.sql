-- remove_source: where a source stands is forgotten; read again, it starts from the beginning.
DELETE FROM receipts WHERE source = $source::VARCHAR;
DELETE FROM runs WHERE source = $source::VARCHAR;
DELETE FROM sources WHERE source = $source::VARCHAR;
