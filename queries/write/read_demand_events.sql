-- read_demand_events: what is planned, as it is known now, past and to come.
SELECT name, languages, since_at, until_at, factor FROM demand_events WHERE known_until_at IS NULL
