-- clocks/forget: cases that are deleted leave no clock.
DELETE FROM clock_segments WHERE case_key NOT IN (SELECT case_key FROM cases WHERE known_until_at IS NULL)
