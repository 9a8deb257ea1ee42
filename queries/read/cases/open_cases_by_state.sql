-- open_cases_by_state: the open cases by what they wait for, how many, how old, and how many nobody owns.
--
-- A case is over when, up to `now`, its last event of these is not `reopened`: resolved, declined, merged, excluded. A
-- source may know one end more, such as tickets that are closed a week after they were resolved: with its own word for
-- it in `ended_by`, a resolved case is still open until then. Of two at the same instant a reopening comes first.
-- The owner is whom the newest event assigned, claimed or accepted names, else whom the case's record names. Bots do
-- not speak. A word of the customer, or a reopening, takes an answered case back to new or assigned.
--
-- tick    5s
-- param   brands            varchar[]  = []          empty list means all
-- param   platforms         varchar[]  = []          empty list means all
-- param   ended_by          varchar    = "resolved"  resolved, or a source's own word for the end, such as Closed
-- param   now               timestamp  = now         the moment it is seen from: what is later has not happened yet
-- param   known_at          timestamp  = now         as it was known then
-- column  state             varchar    new, assigned, answered (the last word is ours), waiting (paused) or resolved (not yet ended)
-- column  cases_count       bigint     open cases; a state without any does not come back
-- column  oldest_opened_at  timestamp  when the oldest of them was opened
-- column  unowned_count     bigint     those of them that nobody owns
-- column  p50_age_seconds   double     half of them are at most so old
-- grain   state
WITH opened AS (
    SELECT case_key, opened_at, owner
    FROM cases
    WHERE opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
-- the last of several: an instant and what it did are one number, which is far faster to compare than two
ends AS (
    SELECT case_key,
           max(epoch_us(happened_at) * 4 + CASE kind WHEN 'reopened' THEN 1
               WHEN 'resolved' THEN CASE lower($ended_by::VARCHAR) WHEN 'resolved' THEN 3 ELSE 2 END ELSE 3 END) % 4 AS step
    FROM case_events SEMI JOIN opened USING (case_key)
    WHERE (kind IN ('reopened', 'resolved', 'declined', 'merged', 'excluded')
           OR (lower($ended_by::VARCHAR) <> 'resolved'
               AND lower($ended_by::VARCHAR) IN (lower(kind), lower(source_words))))
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
    GROUP BY case_key
),
still_open AS (
    SELECT opened.*, step FROM opened LEFT JOIN ends USING (case_key) WHERE step IS NULL OR step < 3
),
happened AS (
    SELECT case_key, event_key, happened_at,
           CASE WHEN kind IN ('assigned', 'claimed', 'accepted')
                THEN coalesce(owner, CASE WHEN kind <> 'assigned' THEN actor END) END AS owner,
           CASE WHEN kind = 'paused' THEN 0 WHEN kind IN ('resumed', 'reopened') THEN 1 END AS is_going_on,
           CASE WHEN kind = 'reopened' OR (kind = 'message' AND actor_kind = 'customer') THEN 0
                WHEN kind = 'message' AND actor_kind = 'human' AND visibility IN ('public', 'private') THEN 1
                WHEN kind = 'acknowledged' THEN 1
           END AS is_answer
    FROM case_events SEMI JOIN still_open USING (case_key)
    WHERE kind IN ('message', 'assigned', 'claimed', 'accepted', 'paused', 'resumed', 'reopened', 'acknowledged')
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
),
events AS (
    SELECT case_key,
           max(epoch_us(happened_at) * 2 + is_going_on) % 2 AS is_going_on,
           max(epoch_us(happened_at) * 2 + is_answer) % 2 AS is_answer,
           arg_max(owner, row(happened_at, event_key)) FILTER (owner IS NOT NULL) AS owner
    FROM happened
    GROUP BY case_key
),
states AS (
    SELECT CASE WHEN step = 2 THEN 'resolved'
                WHEN is_going_on = 0 THEN 'waiting'
                WHEN is_answer = 1 THEN 'answered'
                WHEN coalesce(events.owner, still_open.owner) IS NOT NULL THEN 'assigned'
                ELSE 'new' END AS state,
           opened_at, coalesce(events.owner, still_open.owner) AS owner
    FROM still_open LEFT JOIN events USING (case_key)
)
SELECT state,
       count(*)::BIGINT AS cases_count,
       min(opened_at) AS oldest_opened_at,
       count(*) FILTER (owner IS NULL)::BIGINT AS unowned_count,
       quantile_cont(epoch($now::TIMESTAMP - opened_at), 0.5)::DOUBLE AS p50_age_seconds
FROM states
GROUP BY state
ORDER BY list_position(['new', 'assigned', 'answered', 'waiting', 'resolved'], state)
