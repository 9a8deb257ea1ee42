-- read_hours: when calendars are open, as it is known now, past and to come.
SELECT calendar, opens_at, closes_at FROM calendar_hours WHERE known_until_at IS NULL
