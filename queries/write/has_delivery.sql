-- has_delivery: whether this delivery was taken in already, and the number of the last one.
SELECT count(*) FILTER (delivery_id = $delivery_id::VARCHAR) > 0, coalesce(max(number), 0)
FROM inbox WHERE source = $source::VARCHAR
