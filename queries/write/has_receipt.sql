-- has_receipt: whether a source has taken this in already.
SELECT count(*) > 0 FROM receipts WHERE source = $source::VARCHAR AND receipt = $receipt::VARCHAR
