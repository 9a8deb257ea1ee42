-- mark_source: how a source's last run went, what its way out has learned, and when the next is due.
UPDATE sources SET
    last_run_at = CASE WHEN $was_read::BOOLEAN THEN $at::TIMESTAMP ELSE last_run_at END,
    last_success_at = CASE WHEN $was_read::BOOLEAN AND $error::VARCHAR IS NULL THEN $at::TIMESTAMP ELSE last_success_at END,
    next_run_at = CASE WHEN $was_read::BOOLEAN THEN $next_run_at::TIMESTAMP ELSE next_run_at END,
    error = CASE WHEN $was_read::BOOLEAN THEN $error::VARCHAR ELSE error END,
    network = coalesce($network::VARCHAR, network),
    not_before_at = CASE WHEN $was_read::BOOLEAN THEN $not_before_at::TIMESTAMP ELSE not_before_at END,
    quota_left = coalesce($quota_left::BIGINT, quota_left),
    quota_limit = coalesce($quota_limit::BIGINT, quota_limit),
    quota_resets_at = coalesce($quota_resets_at::TIMESTAMP, quota_resets_at),
    clock_offset_seconds = coalesce($clock_offset_seconds::DOUBLE, clock_offset_seconds),
    swept_at = coalesce($swept_at::TIMESTAMP, swept_at)
WHERE source = $source::VARCHAR
