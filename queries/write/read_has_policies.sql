-- read_has_policies: whether anything was ever promised, in whatever version.
SELECT count(*) > 0 FROM policies
