-- read_roster_reach: when the last shift that was ever written out begins, in whatever version; NULL = there was none.
SELECT max(starts_at) FROM shifts
