-- presence: how many were on shift, and how many did something, slot by slot, by site or by person.
--
-- Seen is who did something in the case log: people (no bots, no customers), without drills. Nothing else is watched:
-- no screen, no keyboard, no sign-in. Who was seen is at work; of who was not seen, nothing is known. What was not
-- told of a case cannot be seen here.
--
-- Whose site somebody is of: that of the shift that names them and is on, or nearest, in the middle of the slot; else
-- by the team their newest event tells (see next_handover); else ''. A message nobody signed counts as an answer of
-- the site its team is of. By site each site of the roster comes back with every slot, and '' where it was seen. By
-- agent it is whoever was on shift by name, or seen. The last slot may reach beyond `until`; the one under way counts
-- so far.
--
-- tick    60s
-- param   since         timestamp            inclusive
-- param   until         timestamp            exclusive
-- param   slot_minutes  bigint     = 60      minutes of a slot, counted from since on
-- param   group_by      varchar    = "site"  site or agent
-- param   now           timestamp  = now     the moment it is seen from: what is later has not happened yet
-- param   known_at      timestamp  = now     as it was known then
-- column  slot_at           timestamp  start of the slot
-- column  site              varchar    the site; '' where nobody knows whose
-- column  agent             varchar    who, as the care desk writes it; '' by site, and where nobody signed
-- column  scheduled_agents  double     mean heads on shift in the slot, without those on call; unknown outside the roster, and of whom no shift ever names
-- column  seen_agents       bigint     different people who did something; unknown of slots to come
-- column  answers_count     bigint     messages of people, public or private; unknown of slots to come
-- grain   slot_at, site, agent
WITH asked AS (
    SELECT CASE WHEN $slot_minutes::BIGINT > 0 THEN 60000000 * $slot_minutes::BIGINT
                ELSE error('slot_minutes must be at least 1, not ' || $slot_minutes::BIGINT::VARCHAR) END AS slot_us,
           CASE $group_by::VARCHAR WHEN 'site' THEN false WHEN 'agent' THEN true
                ELSE error('group_by must be site or agent, not "' || $group_by::VARCHAR || '"') END AS by_agent,
           epoch_us($since::TIMESTAMP) AS base_us
),
scale AS (
    SELECT *, ceil((epoch_us($until::TIMESTAMP) - base_us) / slot_us)::BIGINT AS slots FROM asked
),
rostered AS (
    SELECT site, heads, starts_at, ends_at, is_on_call IS TRUE AS is_on_call
    FROM shifts
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
reach AS (
    SELECT min(starts_at) AS first_at, max(ends_at) AS last_at FROM rostered
),
-- a person is one head, however many shifts name them
marked AS (
    SELECT agent, site, starts_at, ends_at,
           coalesce(starts_at > max(ends_at) OVER (PARTITION BY agent, site ORDER BY starts_at, ends_at
                                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS is_first
    FROM memory.agent_shifts($known_at::TIMESTAMP)
    WHERE NOT is_on_call AND starts_at < $until::TIMESTAMP + to_minutes($slot_minutes::BIGINT)
      AND ends_at > $since::TIMESTAMP
),
numbered AS (
    SELECT agent, site, starts_at, ends_at,
           sum(is_first::BIGINT) OVER (PARTITION BY agent, site ORDER BY starts_at, ends_at ROWS UNBOUNDED PRECEDING)
               AS stretch
    FROM marked
),
spans AS (
    SELECT agent, site, 1 AS heads, min(starts_at) AS starts_at, max(ends_at) AS ends_at
    FROM numbered CROSS JOIN scale
    WHERE by_agent
    GROUP BY agent, site, stretch
    UNION ALL
    SELECT '', site, heads, starts_at, ends_at
    FROM rostered CROSS JOIN scale
    WHERE NOT by_agent AND NOT is_on_call
),
cut AS (
    SELECT agent, site, heads, slot_us, greatest(epoch_us(starts_at) - base_us, 0) AS from_us,
           least(epoch_us(ends_at) - base_us, slots * slot_us) AS to_us
    FROM spans CROSS JOIN scale
),
planned AS (
    SELECT agent, site, heads, from_us, to_us, slot_us,
           unnest(range(from_us // slot_us, (to_us - 1) // slot_us + 1)) AS slot
    FROM cut
    WHERE from_us < to_us
),
scheduled AS (
    SELECT slot, site, agent,
           sum(heads * (least(to_us, (slot + 1) * slot_us) - greatest(from_us, slot * slot_us)))
               / any_value(slot_us) AS scheduled_agents
    FROM planned
    GROUP BY slot, site, agent
),
done AS MATERIALIZED (
    SELECT (epoch_us(happened_at) - base_us) // slot_us AS slot, actor, lower(trim(team)) AS team,
           count(*) FILTER (kind = 'message' AND visibility IN ('public', 'private')) AS answers
    FROM case_events CROSS JOIN scale
    WHERE happened_at >= $since::TIMESTAMP AND happened_at < make_timestamp(base_us + slots * slot_us)
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP AND actor_kind = 'human' AND NOT is_drill
    GROUP BY ALL
),
acted AS (
    SELECT slot, actor, team, answers, make_timestamp(base_us + slot * slot_us + slot_us // 2) AS middle_at
    FROM done CROSS JOIN scale
),
placed AS (
    SELECT acted.slot, acted.actor, acted.answers, coalesce(homes.site, others.site, words.site, '') AS site
    FROM acted ASOF LEFT JOIN memory.agent_homes($known_at::TIMESTAMP) AS homes
         ON acted.actor = homes.agent AND acted.middle_at >= homes.from_at
    LEFT JOIN memory.actor_homes((SELECT list(DISTINCT actor) FROM done), $now::TIMESTAMP, $known_at::TIMESTAMP)
         AS others ON others.actor = acted.actor
    LEFT JOIN memory.team_sites($known_at::TIMESTAMP) AS words ON acted.actor IS NULL AND words.word = acted.team
),
seen AS (
    SELECT slot, site, CASE WHEN by_agent THEN coalesce(actor, '') ELSE '' END AS agent,
           count(DISTINCT actor) AS seen_agents, sum(answers) AS answers_count
    FROM placed CROSS JOIN scale
    GROUP BY ALL
),
grid AS (
    SELECT unnest(range(slots)) AS slot, site, '' AS agent
    FROM scale CROSS JOIN (SELECT DISTINCT site FROM rostered)
    WHERE NOT by_agent
    UNION
    SELECT slot, site, agent FROM scheduled
    UNION
    SELECT slot, site, agent FROM seen
),
timed AS (
    SELECT *, make_timestamp(base_us + slot * slot_us) AS slot_at FROM grid CROSS JOIN scale
)
SELECT slot_at, timed.site, timed.agent,
       CASE WHEN slot_at >= first_at AND slot_at < last_at AND timed.site <> ''
             AND (NOT by_agent OR timed.agent IN (SELECT agent FROM memory.agent_shifts($known_at::TIMESTAMP)))
            THEN coalesce(scheduled_agents, 0) END::DOUBLE AS scheduled_agents,
       CASE WHEN slot_at <= $now::TIMESTAMP THEN coalesce(seen_agents, 0) END::BIGINT AS seen_agents,
       CASE WHEN slot_at <= $now::TIMESTAMP THEN coalesce(answers_count, 0) END::BIGINT AS answers_count
FROM timed CROSS JOIN reach
LEFT JOIN scheduled USING (slot, site, agent) LEFT JOIN seen USING (slot, site, agent)
ORDER BY slot_at, site, agent
