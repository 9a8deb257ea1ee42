-- close_outage: a source is read again from where it stood. What it could not bring any more is a gap of its own.
UPDATE gaps SET until_at = $at::TIMESTAMP, filled_at = $at::TIMESTAMP
WHERE source = $source::VARCHAR AND kind = 'outage' AND until_at IS NULL
