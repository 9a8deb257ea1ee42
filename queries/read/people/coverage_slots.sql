-- coverage_slots: is anybody awake to keep the promise: who is on shift, what is asked, and how many it takes, by slot.
--
-- A slot counts the least heads present at any instant of it. What came is told of slots that are over at `now`, what is
-- expected of the others. Required are the heads that keep every promise, without breaks: docs/coverage.md. A language
-- is held against those who speak it, as if nothing else were asked of them; 'all' counts everybody once.
--
-- State: gap: messages and nobody; thin: fewer than required; surplus: more than 1.5 times required, and a head above;
-- covered: the rest. Nobody is no gap where nothing is asked. Unknown outside the roster, and where it is not known how
-- much work a message is.
--
-- tick    60s
-- param   since         timestamp               inclusive
-- param   until         timestamp               exclusive
-- param   slot_minutes  bigint     = 15         minutes of a slot
-- param   sites         varchar[]  = []         of all and the sites of the roster; empty list means every one
-- param   languages     varchar[]  = []         of all and the languages; empty list means every one
-- param   track         varchar    = ""         its messages, and who serves it; empty means all
-- param   now           timestamp  = now        what came until then; what is expected from then on
-- param   known_at      timestamp  = now        as it was known then
-- column  slot_at           timestamp  start of the slot
-- column  site              varchar    the site; all for all of them together
-- column  language          varchar    the language; all for everybody, counted once
-- column  heads_count       bigint     the least heads on shift at any instant of the slot; unknown outside the roster
-- column  staffed_agents    double     those, less shrinkage
-- column  demand_count      double     messages that ask for a response; with site all only, as what follows
-- column  low_count         double     the 10th percentile of what is expected
-- column  high_count        double     the 90th
-- column  required_agents   double     heads that keep every promise, shrinkage not included
-- column  scheduled_agents  bigint     heads a roster needs for that: shrinkage included, in whole heads
-- column  net_agents        double     staffed less required
-- column  breached_count    double     promises predicted to be broken in the slot; of slots to come only
-- column  model             varchar    deadline, erlang_c or erlang_a: how required was found
-- column  is_forecast       boolean    whether the slot is still to come
-- column  state             varchar    gap, thin, surplus or covered
-- grain   slot_at, site, language
SELECT slot_at, site, language, heads_count, staffed_agents, demand_count, low_count, high_count, required_agents,
       scheduled_agents, net_agents, breached_count, model, is_forecast, state
FROM memory.coverage_ahead($since::TIMESTAMP, $until::TIMESTAMP, $slot_minutes::BIGINT,
                           CASE WHEN len($sites::VARCHAR[]) > 0 THEN $sites::VARCHAR[] END,
                           CASE WHEN len($languages::VARCHAR[]) > 0 THEN $languages::VARCHAR[] END,
                           $track::VARCHAR, $now::TIMESTAMP, $known_at::TIMESTAMP)
ORDER BY slot_at, site = 'all', site, language = 'all' DESC, language
