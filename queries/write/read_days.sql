-- read_days: the days on which calendars are not as usual, as it is known now, past and to come.
SELECT calendar, since_at, until_at, kind, name FROM calendar_days WHERE known_until_at IS NULL
