-- next_handover: when the next sites close, who has the watch then, and what has to change hands.
--
-- A stretch of a site is its shifts, merged where they touch or overlap; a hand-over is the end of a stretch. The watch
-- goes to another site that is on at that instant, of several the one that stays longest; else to the next that opens.
-- That may be the site itself: then nothing changes hands, and its cases stay with their owners. Who is on call is not
-- there. The roster is written out 15 days ahead.
--
-- In flight is a case with a running clock (no pause) whose owner is of the site that closes: of the site of the shift
-- that names them and is on or nearest, else by the team their newest event tells. Who is of no site the roster knows
-- has nothing to hand over. A case nobody owns is in flight at the first hand-over of all. A case that was handed over
-- and accepted is its new owner's, and in flight when their site closes.
--
-- tick    60s
-- param   hours     bigint     = 24   so many hours ahead
-- param   now       timestamp  = now  the moment it is seen from: what is later has not happened yet
-- param   known_at  timestamp  = now  as it was known then
-- column  handover_at      timestamp  when the site's stretch of shifts ends
-- column  from_site        varchar    the site that closes
-- column  to_site          varchar    who has the watch then; unknown where no shift follows
-- column  opens_at         timestamp  when that site's stretch begins, or began
-- column  overlap_seconds  bigint     for so long both are there; below 0: for so long nobody is
-- column  in_flight_count  bigint     cases in flight
-- column  unowned_count    bigint     those of them without a next owner
-- grain   handover_at, from_site
WITH coming AS (
    SELECT handover_at, from_site, to_site, opens_at, overlap_seconds,
           row_number() OVER (ORDER BY handover_at, from_site) = 1 AS is_first
    FROM memory.hand_overs($now::TIMESTAMP + INTERVAL 1 MICROSECOND,
                           $now::TIMESTAMP + to_hours($hours::BIGINT) + INTERVAL 1 MICROSECOND, $known_at::TIMESTAMP)
),
carried AS MATERIALIZED (
    SELECT owner_site, owner IS NULL AS is_nobodys, count(*) AS cases, count(*) FILTER (offered IS NULL) AS without
    FROM memory.carried_cases($now::TIMESTAMP, $known_at::TIMESTAMP)
    GROUP BY ALL
)
SELECT handover_at, from_site, to_site, opens_at, overlap_seconds, coalesce(sum(cases), 0)::BIGINT AS in_flight_count,
       coalesce(sum(without) FILTER (is_nobodys OR to_site IS DISTINCT FROM from_site), 0)::BIGINT AS unowned_count
FROM coming LEFT JOIN carried ON owner_site = from_site OR (is_nobodys AND is_first)
GROUP BY handover_at, from_site, to_site, opens_at, overlap_seconds
ORDER BY handover_at, from_site
