-- move_source: the cursor and the marks that are true once this batch is committed. NULL leaves what was.
UPDATE sources SET
    cursor = coalesce($cursor::VARCHAR, cursor),
    last_record_at = coalesce($last_record_at::TIMESTAMP, last_record_at),
    watermark_at = greatest(coalesce($watermark_at::TIMESTAMP, watermark_at), coalesce(watermark_at, $watermark_at::TIMESTAMP))
WHERE source = $source::VARCHAR
