-- read_alerts: the alerts that stand and are not over.
SELECT kind, subject, since_at, until_at, raised_at, acknowledged_at, acknowledged_by
FROM alerts WHERE known_until_at IS NULL AND until_at > $now::TIMESTAMP
