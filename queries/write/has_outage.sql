-- has_outage: whether a source is known to be out.
SELECT count(*) > 0 FROM gaps WHERE source = $source::VARCHAR AND kind = 'outage' AND until_at IS NULL
