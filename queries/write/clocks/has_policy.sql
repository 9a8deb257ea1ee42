-- clocks/has_policy: whether anything is promised.
SELECT EXISTS (FROM policies WHERE known_until_at IS NULL)
