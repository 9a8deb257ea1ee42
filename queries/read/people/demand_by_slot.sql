-- demand_by_slot: how many messages asked for a response, slot by slot, by language and track, and their work.
--
-- What came, not what is expected: see demand_forecast. A message of a case asks until a person answers it; one that
-- turned out to need no answer does not ask. Only slots with messages come back; messages whose language nobody knows
-- are among them, so that the sum over a slot is all of it. docs/coverage.md has the rules.
--
-- tick    60s
-- param   since         timestamp               inclusive
-- param   until         timestamp               exclusive
-- param   slot_minutes  bigint     = 60         minutes of a slot, counted from since on
-- param   now           timestamp  = now        the moment it is seen from
-- param   known_at      timestamp  = now        as it was known then
-- column  slot_at           timestamp  start of the slot
-- column  language          varchar    the language; unknown where it is not known
-- column  track             varchar    the track; unknown of mentions without a case
-- column  demand_count      double     messages; a mention without a case is the share of it [staffing] says
-- column  handling_seconds  double     the work of one of them; unknown where [staffing] does not say it
-- grain   slot_at, language, track
WITH worked AS (
    SELECT track, handling_seconds
    FROM staffing
    WHERE known_from_at <= $known_at::TIMESTAMP AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
came AS (
    SELECT time_bucket(CASE WHEN $slot_minutes::BIGINT > 0 THEN to_minutes($slot_minutes::BIGINT)
                            ELSE error('slot_minutes must be at least 1, not ' || $slot_minutes::BIGINT::VARCHAR) END,
                       arrived_at, $since::TIMESTAMP) AS slot_at,
           language, track, weight
    FROM memory.arrivals($since::TIMESTAMP, $until::TIMESTAMP, $now::TIMESTAMP, $known_at::TIMESTAMP)
)
SELECT slot_at, language, came.track, sum(weight)::DOUBLE AS demand_count,
       any_value(coalesce(own.handling_seconds, (SELECT handling_seconds FROM worked WHERE track IS NULL)))::DOUBLE
           AS handling_seconds
FROM came LEFT JOIN worked AS own ON own.track = came.track
GROUP BY slot_at, language, came.track
ORDER BY slot_at, language, came.track
