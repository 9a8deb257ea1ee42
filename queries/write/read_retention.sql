-- read_retention: the sources of the site file whose rows are kept for some days only.
SELECT source, retention_days FROM sources WHERE is_active AND retention_days IS NOT NULL ORDER BY source
