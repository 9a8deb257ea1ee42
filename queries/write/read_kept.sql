-- read_kept: from when on a source's rows are kept; what is older was deleted, and is not taken in again.
SELECT kept_from_at FROM sources WHERE source = $source::VARCHAR AND retention_days IS NOT NULL
