-- clocks/policies: what is promised and when time counts, as they stand now. A "what if" puts its own tables here.
CREATE OR REPLACE TEMP TABLE clock_policies AS
SELECT * EXCLUDE (known_from_at, known_until_at) FROM policies WHERE known_until_at IS NULL;
CREATE OR REPLACE TEMP TABLE clock_hours AS
SELECT calendar, opens_at, closes_at FROM calendar_hours WHERE known_until_at IS NULL
