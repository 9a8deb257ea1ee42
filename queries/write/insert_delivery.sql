-- insert_delivery: what was posted to us, as it came.
INSERT INTO inbox BY NAME
SELECT $source::VARCHAR AS source, $number::BIGINT AS number, $delivery_id::VARCHAR AS delivery_id,
       $at::TIMESTAMP AS received_at, $headers::VARCHAR AS headers, $body::BLOB AS body
