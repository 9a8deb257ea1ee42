-- policies: what each track promises, and from when to when.
--
-- A priority with targets of its own has a row of its own; of the others, the row without a priority says what holds.
--
-- tick    60s
-- param   known_at                   timestamp  = now  as it was known then
-- column  track                      varchar    small letters
-- column  priority                   varchar    small letters; unknown for every priority that has no row of its own
-- column  is_default                 boolean    cases without a track of the site file take this one
-- column  calendar                   varchar    which says when time counts
-- column  frt_seconds                bigint     until the first response; unknown where nothing is promised, as below
-- column  nrt_seconds                bigint     until each next response
-- column  resolution_seconds         bigint     until the resolution
-- column  attainment_target_share    double     how many of the promises are to be kept
-- column  public_frt_seconds         bigint     what visitors may see of frt_seconds
-- column  public_nrt_seconds         bigint     of nrt_seconds
-- column  public_resolution_seconds  bigint     of resolution_seconds
-- column  from_at                    timestamp  inclusive; unknown for from the beginning
-- column  until_at                   timestamp  exclusive; unknown for until further notice
-- grain   track, priority, from_at
SELECT track, priority, is_default, calendar, frt_seconds, nrt_seconds, resolution_seconds, attainment_target_share,
       public_frt_seconds, public_nrt_seconds, public_resolution_seconds, from_at, until_at
FROM policies
WHERE known_from_at <= $known_at::TIMESTAMP
  AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
ORDER BY track, priority NULLS FIRST, from_at NULLS FIRST
