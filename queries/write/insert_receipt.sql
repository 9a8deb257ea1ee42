-- insert_receipt: a whole thing is taken in.
INSERT INTO receipts
SELECT $source::VARCHAR, $receipt::VARCHAR, $at::TIMESTAMP
WHERE NOT EXISTS (FROM receipts WHERE source = $source::VARCHAR AND receipt = $receipt::VARCHAR)
