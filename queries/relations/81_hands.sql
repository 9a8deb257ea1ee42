-- Who has what: the hands a case goes through, and the cases somebody has to hand over. All is as known at `seen_at`,
-- and nothing is used that happened after `asof_at`. Drills are left out.

-- case_hands: whose each case of `keys` (a list of case_key) was, step by step.
--
-- Somebody takes a case when it is assigned to them, or they claim or accept it; several takings in a row by one person
-- are one. A case of which no taking is known at all is that of whom its record names. It is offered to another by a
-- `handed_over` that names them; the newest offer counts, until somebody takes the case.
-- Columns: case_key, begun_at, ended_at (of the step; NULL = the last one), owner (NULL = nobody's), offered (to whom,
-- NULL = to nobody), offered_at; giver, given_at (who had offered it to this owner, and when), accepted_at (the owner's
-- own accepting or claiming, NULL = assigned); taker, taker_accepted_at (who takes it next, until asof_at).
CREATE OR REPLACE MACRO memory.case_hands(keys, asof_at, seen_at) AS TABLE
WITH wanted AS MATERIALIZED (
    SELECT unnest(keys) AS case_key
),
told AS MATERIALIZED (
    SELECT case_key, happened_at, kind, event_key,
           coalesce(owner, CASE WHEN kind IN ('claimed', 'accepted') THEN actor END) AS name
    FROM warehouse.case_events SEMI JOIN wanted USING (case_key)
    WHERE kind IN ('assigned', 'claimed', 'accepted', 'handed_over') AND NOT is_drill AND known_from_at <= seen_at
),
untaken AS (
    SELECT case_key FROM wanted
    EXCEPT
    SELECT case_key FROM told WHERE kind <> 'handed_over' AND name IS NOT NULL
),
records AS (
    SELECT case_key, max(owner) AS name
    FROM warehouse.cases SEMI JOIN untaken USING (case_key)
    WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
    GROUP BY case_key
),
steps AS (
    SELECT case_key, TIMESTAMP '0001-01-01' AS happened_at, 'record' AS kind, 0 AS event_key, name
    FROM wanted LEFT JOIN records USING (case_key)
    UNION ALL
    SELECT case_key, happened_at, kind, event_key, name
    FROM told
    WHERE name IS NOT NULL AND happened_at <= asof_at
),
placed AS (
    SELECT case_key, happened_at, kind, name, kind <> 'handed_over' AS is_taking, row_number() OVER hands AS place,
           lead(happened_at) OVER hands AS ended_at,
           kind <> 'handed_over'
           AND (lag(kind) OVER hands <> 'handed_over' AND lag(name) OVER hands = name) IS NOT TRUE AS is_turn
    FROM steps
    WINDOW hands AS (PARTITION BY case_key
                     ORDER BY happened_at, list_position(
                         ['record', 'assigned', 'handed_over', 'claimed', 'accepted'], kind), event_key)
),
-- a turn is the takings of one person, and then the offers they make
turned AS MATERIALIZED (
    SELECT *, sum(is_turn::BIGINT) OVER (PARTITION BY case_key ORDER BY place ROWS UNBOUNDED PRECEDING) AS turn
    FROM placed
),
turns AS (
    SELECT case_key, turn, any_value(name) FILTER (is_taking) AS owner,
           min(happened_at) FILTER (kind IN ('claimed', 'accepted')) AS accepted_at,
           arg_max(name, place) FILTER (NOT is_taking) AS offered,
           arg_max(happened_at, place) FILTER (NOT is_taking) AS offered_at
    FROM turned
    GROUP BY case_key, turn
),
chained AS (
    SELECT case_key, turn, owner, accepted_at,
           CASE WHEN lag(offered) OVER hands = owner THEN lag(owner) OVER hands END AS giver,
           CASE WHEN lag(offered) OVER hands = owner THEN lag(offered_at) OVER hands END AS given_at,
           lead(owner) OVER hands AS taker,
           lead(accepted_at) OVER hands AS taker_accepted_at
    FROM turns
    WINDOW hands AS (PARTITION BY case_key ORDER BY turn)
)
SELECT case_key, happened_at AS begun_at, ended_at, chained.owner,
       CASE WHEN NOT is_taking AND name IS DISTINCT FROM chained.owner THEN name END AS offered,
       CASE WHEN offered IS NOT NULL THEN happened_at END AS offered_at,
       giver, given_at, accepted_at, taker, taker_accepted_at
FROM turned JOIN chained USING (case_key, turn);

-- carried_cases: each case with a running clock at `asof_at`, once: the clock due first, whose it is, whose next.
--
-- owner_site is NULL where nobody owns the case and where no roster says whose site the owner is of; see agent_homes
-- and actor_homes. giver_site: of whom this owner has accepted it from, after an offer at given_at.
-- Columns: case_key, case_id, metric, platform, track, calendar, since_at, target_seconds, before_seconds, due_at,
-- dues (of all its running clocks), owner, owner_site, offered, giver_site, given_at.
CREATE OR REPLACE MACRO memory.carried_cases(asof_at, seen_at) AS TABLE
WITH running AS MATERIALIZED (
    SELECT case_key, case_id, metric, platform, track, calendar, since_at, target_seconds, before_seconds, due_at,
           list(due_at) OVER (PARTITION BY case_key) AS dues
    FROM warehouse.clock_segments
    WHERE since_at <= asof_at AND started_at <= asof_at AND (until_at IS NULL OR until_at > asof_at)
      AND (stopped_at IS NULL OR stopped_at > asof_at) AND NOT is_paused AND target_seconds IS NOT NULL
      AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
    QUALIFY row_number() OVER (PARTITION BY case_key
                               ORDER BY due_at NULLS LAST, list_position(['frt', 'nrt', 'resolution'], metric)) = 1
),
held AS MATERIALIZED (
    SELECT case_key, owner, offered, CASE WHEN accepted_at IS NOT NULL THEN giver END AS giver,
           CASE WHEN accepted_at IS NOT NULL THEN given_at END AS given_at
    FROM memory.case_hands((SELECT list(case_key) FROM running), asof_at, seen_at)
    WHERE ended_at IS NULL
),
people AS MATERIALIZED (
    SELECT person, asof_at AS seen_then
    FROM (SELECT owner AS person FROM held UNION SELECT giver FROM held)
    WHERE person IS NOT NULL
),
homes AS MATERIALIZED (
    SELECT person, named.site
    FROM people ASOF JOIN memory.agent_homes(seen_at) AS named ON person = agent AND seen_then >= from_at
    UNION ALL
    SELECT actor, site FROM memory.actor_homes((SELECT list(person) FROM people), asof_at, seen_at)
)
SELECT running.*, owner, owners.site AS owner_site, offered, givers.site AS giver_site, given_at
FROM running JOIN held USING (case_key)
LEFT JOIN homes AS owners ON owners.person = owner
LEFT JOIN homes AS givers ON givers.person = giver;
