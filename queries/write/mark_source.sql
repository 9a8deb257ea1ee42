-- mark_source: how a source's last run went and when the next is due.
UPDATE sources SET
    last_run_at = $at::TIMESTAMP,
    last_success_at = CASE WHEN $error::VARCHAR IS NULL THEN $at::TIMESTAMP ELSE last_success_at END,
    next_run_at = $next_run_at::TIMESTAMP,
    error = $error::VARCHAR
WHERE source = $source::VARCHAR
