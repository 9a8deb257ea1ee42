-- work_terms: what each promise asks for: how long a message may wait, in which calendar, how long it is worked on.
--
-- Those of a track's other priorities stand for all its messages. None where of one track it is not said how much work a
-- message is: a sum without it would be too small. Columns: track, is_default, metric, calendar,
-- wait_seconds, handling_seconds, occupancy_share, patience_seconds, wanted_share, is_live (a promise of less than five
-- minutes: people wait for it).
CREATE OR REPLACE MACRO memory.work_terms(asof_at, seen_at) AS TABLE
WITH promised AS (
    SELECT track, is_default, calendar, coalesce(attainment_target_share, 0.8) AS wanted_share,
           unnest(['frt', 'nrt']) AS metric, unnest([frt_seconds, nrt_seconds]) AS wait_seconds
    FROM warehouse.policies
    WHERE priority IS NULL AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
      AND (from_at IS NULL OR from_at <= asof_at) AND (until_at IS NULL OR until_at > asof_at)
),
worked AS (
    SELECT track, handling_seconds, occupancy_share, patience_seconds
    FROM warehouse.staffing
    WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
)
SELECT promised.track, is_default, metric, calendar, wait_seconds,
       coalesce(own.handling_seconds, other.handling_seconds) AS handling_seconds, other.occupancy_share,
       coalesce(own.patience_seconds, other.patience_seconds) AS patience_seconds, wanted_share,
       wait_seconds < 300 AS is_live
FROM promised
CROSS JOIN (FROM worked WHERE track IS NULL) AS other
LEFT JOIN (FROM worked WHERE track IS NOT NULL) AS own ON own.track = promised.track
WHERE wait_seconds IS NOT NULL
QUALIFY bool_and(coalesce(own.handling_seconds, other.handling_seconds) IS NOT NULL) OVER ();

-- required_slots: how many heads it takes to keep every promise, slot by slot and language by language.
--
-- Promises of five minutes and more: the deadline model. Each slot's work is given its time evenly, from when it comes
-- until it must be done (the "average rate" schedule of Yao, Demers and Shenker 1995, which keeps every deadline): the
-- heads of a slot are the work of all messages whose time is running, each divided by its open time, over what a head
-- may be occupied. Time runs in the open seconds of the promise's calendar: what comes at night to a calendar that is
-- shut is due after the morning's opening, and takes nobody at night. Shorter promises: Erlang C on the slot's own
-- work, or with [staffing] patience Erlang A. Heads are those who answer: no break is in them, and no fraction is
-- rounded in the deadline model. 384 slots before `first_at` (four days of quarter hours) are looked at for messages whose
-- time still runs. (What is a macro's parameter is written out, and planned, wherever it is named: expressions among them
-- are kept short.)
--
-- served  a track: its messages only; '' = all
-- Columns: slot_at, language, demand_count, low_count, high_count, is_forecast (all of demand_slots), work_seconds,
-- required_agents (NULL: nothing is promised, or [staffing] does not say how much work a message is), model,
-- come_kinds, due_kinds (by the slot's end, of each kind of promise: seconds of work still to come at asof_at that have
-- come, and whose promise has ended), all_over_at, any_over_at (the last slot whose messages' promise has ended by then,
-- of every kind and of any), due_count (messages whose promise ends in the slot), waiting_seconds (work of
-- those that wait at asof_at whose promise ends by the slot's end), occupancy_share.
CREATE OR REPLACE MACRO memory.required_slots(first_at, last_at, slot_minutes, served, asof_at, seen_at) AS TABLE
WITH terms AS MATERIALIZED (
    FROM memory.work_terms(asof_at, seen_at)
),
-- 384 slots before it, too: four days of quarter hours
lead_in AS (
    SELECT first_at - to_minutes(384 * slot_minutes) AS lead_at
),
grid AS MATERIALIZED (
    -- and one slot behind the last, which ends what is laid into that
    SELECT unnest(generate_series(lead_at, last_at - INTERVAL 1 MICROSECOND + to_minutes(slot_minutes),
                                  to_minutes(slot_minutes))) AS slot_at,
           slot_at + to_minutes(slot_minutes) AS end_at
    FROM lead_in
),
demand AS MATERIALIZED (
    SELECT slots.*
    FROM memory.demand_slots(first_at - to_minutes(384 * slot_minutes), last_at, slot_minutes, asof_at, seen_at) AS slots
    WHERE served = '' OR track = served
),
calendars AS (
    SELECT DISTINCT calendar FROM terms
),
open_hours AS (
    SELECT calendar, greatest(opens_at, lead_at) AS opens_at, closes_at
    FROM warehouse.calendar_hours CROSS JOIN lead_in
    WHERE calendar IN (SELECT calendar FROM calendars) AND closes_at > lead_at AND opens_at < last_at + INTERVAL 1 DAY
      AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
),
opened AS (
    SELECT calendar, opens_at, closes_at,
           coalesce(sum(epoch(closes_at - opens_at)) OVER
               (PARTITION BY calendar ORDER BY opens_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM open_hours
),
-- where an instant lies in the open time of a calendar
moments AS (
    SELECT calendar, slot_at AS moment FROM grid CROSS JOIN calendars
    UNION ALL
    SELECT calendar, max(end_at) FROM grid CROSS JOIN calendars GROUP BY calendar
),
placed AS (
    SELECT moments.calendar, moment,
           coalesce(before + epoch(least(moment, closes_at) - opens_at), 0)::BIGINT AS position,
           lead(position) OVER (PARTITION BY moments.calendar ORDER BY moment) AS next_position
    FROM moments ASOF LEFT JOIN opened ON moments.calendar = opened.calendar AND moment >= opens_at
),
-- promises that end alike are one
kinds AS (
    SELECT calendar, wait_seconds, is_live, max(occupancy_share) AS occupancy_share, max(wanted_share) AS wanted_share,
           max(patience_seconds) AS patience_seconds,
           row_number() OVER (ORDER BY calendar, wait_seconds) AS kind
    FROM terms
    GROUP BY calendar, wait_seconds, is_live
),
asked AS (
    SELECT slot_at, demand.language, kind, sum(demand_count) AS messages, sum(demand_count * handling_seconds) AS work,
           bool_or(is_forecast) AS is_coming
    FROM demand
    JOIN terms ON terms.metric = demand.metric
         AND CASE WHEN demand.track IN (SELECT track FROM terms) THEN terms.track = demand.track ELSE is_default END
    JOIN kinds USING (calendar, wait_seconds, is_live)
    GROUP BY ALL
),
-- where anybody has ever asked, a time in which nobody did is known
tongues AS (
    SELECT language FROM demand
    UNION
    SELECT 'all'
    WHERE EXISTS (FROM warehouse.clock_segments WHERE started_at <= asof_at AND known_from_at <= seen_at)
       OR EXISTS (FROM warehouse.cases WHERE opened_at <= asof_at AND known_from_at <= seen_at)
),
spread AS (
    SELECT grid.slot_at, tongues.language, kinds.kind, wait_seconds, is_live, kinds.occupancy_share, wanted_share,
           patience_seconds, next_position - position AS open_seconds, position, next_position,
           coalesce(messages, 0) AS messages, coalesce(work, 0) AS work,
           CASE WHEN open_seconds >= wait_seconds THEN coalesce(work, 0) ELSE 0 END AS own,
           greatest(0, epoch(end_at - greatest(grid.slot_at, asof_at))) / (60.0 * slot_minutes) AS ahead_share
    FROM grid CROSS JOIN tongues CROSS JOIN kinds
    JOIN placed ON placed.calendar = kinds.calendar AND placed.moment = grid.slot_at
    LEFT JOIN asked ON asked.slot_at = grid.slot_at AND asked.language = tongues.language AND asked.kind = kinds.kind
),
-- what is laid: all of what came so long ago, and so much of what came since as its time has run. What comes in a slot
-- counts as there from its beginning on, and has at least all of it; it is due as if it came at its end.
timed AS (
    SELECT *, coalesce(sum(work - own) OVER (PARTITION BY language, kind ORDER BY position
                                             RANGE BETWEEN UNBOUNDED PRECEDING AND wait_seconds PRECEDING), 0)
              + (position * sum(work - own) OVER running - sum((work - own) * position) OVER running) / wait_seconds AS laid,
           sum(work * ahead_share) OVER (PARTITION BY language, kind ORDER BY slot_at) AS come,
           coalesce(sum(work * ahead_share) OVER over_by_then, 0) AS due,
           coalesce(sum(messages * ahead_share) OVER over_by_then, 0) AS due_messages,
           coalesce(max(slot_at) OVER over_by_then, TIMESTAMP '-infinity') AS over_at
    FROM spread
    WINDOW running AS (PARTITION BY language, kind ORDER BY position
                       RANGE BETWEEN wait_seconds - 1 PRECEDING AND CURRENT ROW),
           over_by_then AS (PARTITION BY language, kind ORDER BY next_position
                            RANGE BETWEEN UNBOUNDED PRECEDING AND wait_seconds PRECEDING)
),
shared AS (
    SELECT *, lead(laid) OVER (PARTITION BY language, kind ORDER BY slot_at) - laid + own AS work_here
    FROM timed
),
-- messages that wait now: their promises end in the slots ahead
waiting AS (
    SELECT slot_at, unnest(CASE WHEN language IS NULL THEN ['all'] ELSE ['all', language] END) AS language, work, messages
    FROM (SELECT time_bucket(to_minutes(slot_minutes), breaches_at - INTERVAL 1 MICROSECOND, first_at) AS slot_at,
                 memory.tongue(language) AS language,
                 sum(handling_seconds) AS work, count(*) AS messages
          FROM warehouse.clock_segments AS clocks
          JOIN terms ON terms.metric = clocks.metric
               AND CASE WHEN clocks.track IN (SELECT track FROM terms) THEN terms.track = clocks.track ELSE is_default END
          WHERE NOT is_paused AND clocks.since_at <= asof_at
            AND (until_at IS NULL OR until_at > asof_at) AND (stopped_at IS NULL OR stopped_at > asof_at)
            AND breaches_at > asof_at AND breaches_at <= last_at
            AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
            AND (served = '' OR clocks.track = served)
          GROUP BY ALL)
),
held AS (
    SELECT slot_at, language, sum(work) AS work, sum(messages) AS messages FROM waiting GROUP BY ALL
),
-- people who wait for it: heads are found once for each load, in tenths of an erlang, rounded up
loads AS (
    SELECT kind, slot_at, language, ceil(work / (6.0 * slot_minutes)) / 10 AS erlangs,
           round(work / messages) AS handling_seconds
    FROM timed
    WHERE is_live AND work > 0
),
answering AS (
    SELECT kind, erlangs, load.handling_seconds,
           CASE WHEN patience_seconds IS NULL
                THEN memory.erlang_heads(erlangs, wait_seconds, load.handling_seconds, wanted_share, occupancy_share)
                ELSE memory.erlang_a_heads(erlangs, load.handling_seconds, patience_seconds, wanted_share,
                                           occupancy_share) END AS heads
    FROM (SELECT DISTINCT kind, erlangs, handling_seconds FROM loads) AS load JOIN kinds USING (kind)
),
needed AS (
    SELECT shared.slot_at, shared.language,
           sum(CASE WHEN is_live THEN coalesce(answering.heads, 0)
                    ELSE work_here / (60.0 * slot_minutes) / occupancy_share END) AS heads,
           sum(work) AS work, list(come ORDER BY shared.kind) AS come_kinds, list(due ORDER BY shared.kind) AS due_kinds,
           sum(due_messages) AS due_messages, min(over_at) AS all_over_at, max(over_at) AS any_over_at,
           CASE WHEN bool_or(is_live) THEN CASE WHEN any_value(patience_seconds) FILTER (is_live) IS NULL
                                                THEN 'erlang_c' ELSE 'erlang_a' END
                ELSE 'deadline' END AS model,
           max(occupancy_share) AS occupancy_share
    FROM shared
    LEFT JOIN loads ON loads.kind = shared.kind AND loads.slot_at = shared.slot_at AND loads.language = shared.language
    LEFT JOIN answering ON answering.kind = loads.kind AND answering.erlangs = loads.erlangs
                       AND answering.handling_seconds = loads.handling_seconds
    WHERE shared.slot_at >= first_at
    GROUP BY shared.slot_at, shared.language
),
counted AS (
    SELECT slot_at, language, sum(demand_count) AS demand_count, sum(low_count) AS low_count,
           sum(high_count) AS high_count, bool_or(is_forecast) AS is_forecast
    FROM demand
    WHERE slot_at >= first_at
    GROUP BY slot_at, language
)
SELECT grid.slot_at, tongues.language, coalesce(demand_count, 0) AS demand_count, low_count, high_count,
       coalesce(is_forecast, grid.end_at > asof_at) AS is_forecast, needed.work AS work_seconds,
       heads AS required_agents, model, come_kinds, due_kinds, all_over_at, any_over_at,
       due_messages - lag(due_messages, 1, 0) OVER tongue + coalesce(held.messages, 0) AS due_count,
       coalesce(sum(held.work) OVER tongue, 0) AS waiting_seconds, occupancy_share
FROM grid CROSS JOIN tongues
LEFT JOIN counted ON counted.slot_at = grid.slot_at AND counted.language = tongues.language
LEFT JOIN needed ON needed.slot_at = grid.slot_at AND needed.language = tongues.language
LEFT JOIN held ON held.slot_at = grid.slot_at AND held.language = tongues.language
WHERE grid.slot_at >= first_at AND grid.slot_at < last_at
WINDOW tongue AS (PARTITION BY tongues.language ORDER BY grid.slot_at);
