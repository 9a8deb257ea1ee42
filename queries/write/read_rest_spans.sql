-- read_rest_spans: when places rest, as it is known now, past and to come.
SELECT place, name, since_at, until_at, days_count FROM rest_spans WHERE known_until_at IS NULL
