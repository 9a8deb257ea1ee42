-- read_shifts: the shifts as they are known now, past and to come.
SELECT site, timezone, team, languages, heads, starts_at, ends_at, tracks, agents, employer, is_on_call
FROM shifts
WHERE known_until_at IS NULL
