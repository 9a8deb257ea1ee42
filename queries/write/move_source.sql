-- move_source: the cursor and the marks that are true once this batch is committed. NULL leaves what was.
UPDATE sources SET
    cursor = coalesce($cursor::VARCHAR, cursor),
    backfill = coalesce($backfill::VARCHAR, backfill),
    last_record_at = coalesce($last_record_at::TIMESTAMP, last_record_at),
    -- of the newest record: what a source fills in of its past says nothing of how late it tells
    lag_seconds = CASE WHEN watermark_at IS NULL OR $watermark_at::TIMESTAMP >= watermark_at
                       THEN coalesce($lag_seconds::DOUBLE, lag_seconds) ELSE lag_seconds END,
    platforms = list_sort(list_distinct(list_concat(coalesce(platforms, []), $platforms::VARCHAR[]))),
    brings = list_sort(list_distinct(list_concat(coalesce(brings, []), $brings::VARCHAR[]))),
    history_from_at = coalesce($history_from_at::TIMESTAMP, history_from_at),
    history_wanted_at = coalesce($history_wanted_at::TIMESTAMP, history_wanted_at),
    disabled = coalesce($disabled::VARCHAR, disabled),
    watermark_at = greatest(coalesce($watermark_at::TIMESTAMP, watermark_at), coalesce(watermark_at, $watermark_at::TIMESTAMP))
WHERE source = $source::VARCHAR
