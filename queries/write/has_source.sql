-- has_source: whether a source is known, or has left rows behind.
SELECT EXISTS (SELECT 1 FROM sources WHERE source = $source::VARCHAR)
    OR EXISTS (SELECT 1 FROM mentions WHERE source = $source::VARCHAR)
    OR EXISTS (SELECT 1 FROM cases WHERE source = $source::VARCHAR)
    OR EXISTS (SELECT 1 FROM case_events WHERE source = $source::VARCHAR)
    OR EXISTS (SELECT 1 FROM refused_rows WHERE source = $source::VARCHAR)
    OR EXISTS (SELECT 1 FROM gaps WHERE source = $source::VARCHAR)
    OR EXISTS (SELECT 1 FROM inbox WHERE source = $source::VARCHAR)
