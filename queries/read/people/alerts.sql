-- alerts: what was found ahead and somebody should know, as it stands; the soonest first.
--
-- One whose hours have passed does not come back, and neither does one that has been put right.
--
-- tick    60s
-- param   now              timestamp  = now   the moment it is seen from
-- param   known_at         timestamp  = now   as it was known then
-- column  kind             varchar    what it is: gap, a stretch in which nobody is there
-- column  subject          varchar    of a gap: all, nobody at all; else the language nobody speaks
-- column  since_at         timestamp  when it begins, or has begun
-- column  until_at         timestamp  until when
-- column  raised_at        timestamp  when it was found
-- column  acknowledged_at  timestamp  since when somebody knows of it; unknown is nobody
-- column  acknowledged_by  varchar    who that is
-- grain   kind, subject, since_at
SELECT kind, subject, since_at, until_at, raised_at, acknowledged_at, acknowledged_by
FROM alerts
WHERE until_at > $now::TIMESTAMP
  AND known_from_at <= $known_at::TIMESTAMP
  AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
ORDER BY since_at, kind, subject <> 'all', subject
