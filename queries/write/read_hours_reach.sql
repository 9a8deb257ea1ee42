-- read_hours_reach: how far each calendar was ever written out, in whatever version.
SELECT calendar, max(closes_at) FROM calendar_hours GROUP BY calendar
