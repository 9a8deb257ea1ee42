-- read_shifts: the shifts as they are known now, past and to come.
SELECT site, timezone, team, languages, heads, starts_at, ends_at FROM shifts WHERE known_until_at IS NULL
