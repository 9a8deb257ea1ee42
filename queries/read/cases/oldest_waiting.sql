-- oldest_waiting: the open cases whose customers wait for us, who has waited longest first.
--
-- A customer waits from the oldest word that no human has answered since, in public or in private: a message, or a
-- reopening. Bots and notes answer nothing; ending a case answers what came before. Where nobody has ever answered, it is
-- the post that counts, so the wait begins when it was published, and where there is none, when the case was opened.
-- Nobody waits in a case that is over, that is paused, or whose last word was acknowledged: no help was wanted. These
-- are the cases that open_cases_by_state calls new and assigned. Waiting is gross: no calendar.
--
-- tick    5s
-- param   limit             bigint     = 20    at most so many, 1 to 1000
-- param   brands            varchar[]  = []    empty list means all
-- param   platforms         varchar[]  = []    empty list means all
-- param   now               timestamp  = now   the moment it is seen from: what is later has not happened yet
-- param   known_at          timestamp  = now   as it was known then
-- column  case_id           varchar    platform:native id
-- column  brand             varchar    that of its first public human reply, else the one its record names
-- column  owner             varchar    whom the newest event names, else the record; unknown when nobody owns it
-- column  platform          varchar    where the customer wrote
-- column  channel           varchar    on which way
-- column  waiting_since_at  timestamp  since when the customer waits
-- column  waiting_seconds   double     how long that is at `now`
-- column  is_answered       boolean    whether a human has answered before
-- column  subject           varchar    what it is about: text, never markup
-- grain   case_id
WITH opened AS (
    SELECT case_key, case_id, item_key, brand, platform, channel, opened_at, owner, subject
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
           max(epoch_us(happened_at) * 2 + CASE kind WHEN 'reopened' THEN 0 ELSE 1 END) % 2 AS is_over,
           max(happened_at) FILTER (kind <> 'reopened') AS ended_at
    FROM case_events SEMI JOIN opened USING (case_key)
    WHERE kind IN ('reopened', 'resolved', 'declined', 'merged', 'excluded')
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
    GROUP BY case_key
),
still_open AS (
    SELECT opened.*, ended_at FROM opened LEFT JOIN ends USING (case_key) WHERE is_over IS NULL OR is_over = 0
),
happened AS (
    SELECT case_key, event_key, happened_at,
           CASE WHEN kind IN ('assigned', 'claimed', 'accepted')
                THEN coalesce(owner, CASE WHEN kind <> 'assigned' THEN actor END) END AS owner,
           CASE WHEN kind = 'paused' THEN 0 WHEN kind IN ('resumed', 'reopened') THEN 1 END AS is_going_on,
           kind = 'reopened' OR (kind = 'message' AND actor_kind = 'customer') AS is_word,
           kind = 'message' AND actor_kind = 'human' AND visibility IN ('public', 'private') AS is_answer,
           kind = 'acknowledged' AS is_enough
    FROM case_events SEMI JOIN still_open USING (case_key)
    WHERE kind IN ('message', 'assigned', 'claimed', 'accepted', 'paused', 'resumed', 'reopened', 'acknowledged')
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
),
settled AS (
    SELECT case_key,
           max(happened_at) FILTER (is_answer OR is_enough) AS settled_at,
           bool_or(is_answer) AS is_answered,
           max(epoch_us(happened_at) * 2 + is_going_on) % 2 AS is_going_on,
           arg_max(owner, row(happened_at, event_key)) FILTER (owner IS NOT NULL) AS owner
    FROM happened
    GROUP BY case_key
),
asked AS (
    SELECT still_open.* REPLACE (coalesce(settled.owner, still_open.owner) AS owner), is_answered,
           greatest(settled_at, ended_at) AS settled_at
    FROM still_open LEFT JOIN settled USING (case_key)
    WHERE is_going_on IS NULL OR is_going_on = 1
),
heard AS (
    SELECT case_key, min(happened_at) AS said_at
    FROM happened JOIN asked USING (case_key)
    WHERE is_word AND (settled_at IS NULL OR happened_at > settled_at)
    GROUP BY case_key
),
posts AS (
    SELECT item_key, min(published_at) AS published_at
    FROM (SELECT DISTINCT item_key FROM asked WHERE settled_at IS NULL) JOIN mentions USING (item_key)
    WHERE published_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
    GROUP BY item_key
),
waiting AS (
    SELECT asked.*,
           CASE WHEN settled_at IS NULL THEN least(coalesce(published_at, opened_at), said_at) ELSE said_at END
               AS waiting_since_at
    FROM asked LEFT JOIN heard USING (case_key) LEFT JOIN posts USING (item_key)
)
SELECT case_id, brand, owner, platform, channel, waiting_since_at,
       epoch($now::TIMESTAMP - waiting_since_at)::DOUBLE AS waiting_seconds,
       coalesce(is_answered, false) AS is_answered,
       subject
FROM waiting
WHERE waiting_since_at IS NOT NULL
ORDER BY waiting_since_at, case_id
LIMIT least(greatest($limit::BIGINT, 1), 1000)
