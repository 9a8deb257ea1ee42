-- retain: what a source brought before an instant goes, in every version; statement by statement.
DELETE FROM mentions WHERE source = $source::VARCHAR AND published_at < $before::TIMESTAMP;
DELETE FROM case_events
WHERE source = $source::VARCHAR
  AND (happened_at < $before::TIMESTAMP
       OR case_key IN (SELECT case_key FROM cases WHERE source = $source::VARCHAR AND opened_at < $before::TIMESTAMP));
DELETE FROM cases WHERE source = $source::VARCHAR AND opened_at < $before::TIMESTAMP;
DELETE FROM refused_rows WHERE source = $source::VARCHAR AND refused_at < $before::TIMESTAMP;
UPDATE sources SET kept_from_at = greatest(coalesce(kept_from_at, $before::TIMESTAMP), $before::TIMESTAMP)
WHERE source = $source::VARCHAR;
