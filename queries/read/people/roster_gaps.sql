-- roster_gaps: when nobody is on shift at any site, to the second.
--
-- Gaps are cut to the window, and to the roster: before its first shift and behind its last one nothing is known. The
-- roster is written out 15 days ahead.
--
-- tick    60s
-- param   since     timestamp               inclusive
-- param   until     timestamp               exclusive
-- param   language  varchar    = ""         nobody who speaks it; empty means nobody at all
-- param   known_at  timestamp  = now        as it was known then
-- column  since_at      timestamp  from when on nobody is there
-- column  until_at      timestamp  until when
-- column  after_sites   varchar    the sites whose shift ends where the gap begins, joined by ", "; unknown at a border
-- column  before_sites  varchar    the sites whose shift begins where the gap ends
-- grain   since_at
SELECT since_at, until_at, after_sites, before_sites
FROM memory.holes($since::TIMESTAMP, $until::TIMESTAMP,
                  [CASE WHEN $language::VARCHAR = '' THEN 'all' ELSE $language::VARCHAR END], $known_at::TIMESTAMP)
ORDER BY since_at
