-- read_policies: what tracks promise, as it is known now, past and to come.
SELECT track, priority, is_default, calendar, frt_seconds, nrt_seconds, resolution_seconds, attainment_target_share,
       public_frt_seconds, public_nrt_seconds, public_resolution_seconds, from_at, until_at
FROM policies WHERE known_until_at IS NULL
