-- staffed_slots: how many people are on shift, slot by slot, at each site and at all of them.
--
-- A slot counts its worst moment: the least heads present at any instant of it. So a 0 says that for some of the slot
-- nobody was there, and a number never hides a hole. Of all sites together it is the worst moment of their sum, which
-- is not the sum of their worst moments. Slots are counted from `since` on; the last one may reach beyond `until`.
-- A slot with nobody comes back as 0, since the roster says so. Before the roster begins and behind its last shift
-- nothing is known. Who speaks several languages counts in each of them, and once where all count.
--
-- tick    60s
-- param   since           timestamp               inclusive
-- param   until           timestamp               exclusive
-- param   slot_minutes    bigint     = 60         minutes of a slot
-- param   language        varchar    = ""         only who speaks it; empty means all
-- param   known_at        timestamp  = now        as it was known then
-- column  slot_at         timestamp  start of the slot
-- column  site            varchar    the site; all for all of them together
-- column  staffed_agents  bigint     the least heads on shift at any instant of the slot; unknown outside the roster
-- grain   slot_at, site
SELECT slot_at, site, heads_count AS staffed_agents
FROM memory.staffed($since::TIMESTAMP, $until::TIMESTAMP, $slot_minutes::BIGINT, NULL,
                    [CASE WHEN $language::VARCHAR = '' THEN 'all' ELSE $language::VARCHAR END], '', $known_at::TIMESTAMP)
ORDER BY slot_at, site = 'all', site
