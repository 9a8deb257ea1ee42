-- care_declined: the cases nobody took on, by the reason that was given.
--
-- Each case counts once, with its last reason in the window.
--
-- tick    60s
-- param   since           timestamp               inclusive
-- param   until           timestamp               exclusive
-- param   brands          varchar[]  = []         empty list means all
-- param   platforms       varchar[]  = []         empty list means all
-- param   now             timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at        timestamp  = now        as it was known then
-- column  reason          varchar    as its source gives it; unknown where none was given
-- column  declined_count  bigint     cases
-- grain   reason
WITH known AS (
    SELECT case_key
    FROM cases
    WHERE opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
happened AS (
    SELECT case_key, arg_max_null(nullif(trim(reason), ''), row(happened_at, event_key)) AS reason
    FROM case_events SEMI JOIN known USING (case_key)
    WHERE kind = 'declined' AND happened_at >= $since::TIMESTAMP AND happened_at < $until::TIMESTAMP
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
    GROUP BY case_key
)
SELECT reason, count(*)::BIGINT AS declined_count
FROM happened
GROUP BY reason
ORDER BY declined_count DESC, reason
