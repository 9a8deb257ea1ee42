-- read_retention: the sources whose rows are kept for some days only, also those that have left the site file.
SELECT source, retention_days FROM sources WHERE retention_days IS NOT NULL ORDER BY source
