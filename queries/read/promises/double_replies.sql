-- double_replies: where two or more people answered the same word of a customer in public.
--
-- A customer's word is the post itself, unless we began the conversation; then each message of the customer, and each
-- reopening by one. Counted are the public messages of humans between one such word and the next, whoever of them owns
-- the case. Several cases about one post are one conversation. A person whose name is not known cannot be told from
-- another and is left out, and so are bots, notes and what was said in private. At the same second the customer's word
-- comes first.
--
-- tick    60s
-- param   since      timestamp            a second person answered at or after, inclusive
-- param   until      timestamp            a second person answered before, exclusive
-- param   brands     varchar[]  = []      empty list means all
-- param   platforms  varchar[]  = []      empty list means all
-- param   now        timestamp  = now     the moment it is seen from: what is later has not happened yet
-- param   known_at   timestamp  = now     as it was known then
-- column  case_id          varchar    the case in which the second person answered
-- column  item_id          varchar    the post it is about; unknown where the case names none
-- column  platform         varchar    where the customer wrote
-- column  subject          varchar    what it is about: text, never markup
-- column  people           varchar    who answered, in the order in which they did, joined by ", "
-- column  people_count     bigint     how many they are
-- column  first_reply_at   timestamp  when the first of them answered
-- column  second_reply_at  timestamp  when the second one did
-- column  apart_seconds    double     how long after the first that was
-- grain   case_id, first_reply_at
WITH known AS (
    SELECT case_key, case_id, item_id, item_key, platform, subject, coalesce(item_key, case_key) AS thread
    FROM cases
    WHERE opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
answered AS (
    SELECT DISTINCT thread
    FROM case_events JOIN known USING (case_key)
    WHERE kind = 'message' AND actor_kind = 'human' AND visibility = 'public' AND actor IS NOT NULL
      AND happened_at >= $since::TIMESTAMP AND happened_at < $until::TIMESTAMP AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
),
threads AS (
    SELECT known.* FROM known SEMI JOIN answered USING (thread)
),
happened AS (
    SELECT thread, case_key, event_key, happened_at, actor,
           kind = 'opened' AS is_opening, actor_kind IN ('human', 'bot') AS is_ours,
           kind <> 'opened' AND actor_kind = 'customer' AS is_word
    FROM case_events JOIN threads USING (case_key)
    WHERE (kind = 'opened'
           OR (kind IN ('message', 'reopened') AND actor_kind = 'customer'
               AND (kind = 'reopened' OR visibility IS DISTINCT FROM 'internal'))
           OR (kind = 'message' AND actor_kind = 'human' AND visibility = 'public' AND actor IS NOT NULL))
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
),
-- a conversation that we have begun ourselves: there is no post, or it is our own
begun AS (
    SELECT thread FROM happened WHERE is_opening GROUP BY thread HAVING bool_and(is_ours)
),
posts AS (
    SELECT item_key
    FROM (SELECT DISTINCT item_key FROM threads SEMI JOIN begun USING (thread)) JOIN mentions USING (item_key)
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
    GROUP BY item_key
    HAVING NOT coalesce(bool_or(source_class = 'owned'), true)
),
ours AS (
    SELECT thread FROM begun ANTI JOIN posts ON item_key = thread
),
turns AS (
    SELECT *, count_if(is_word) OVER (PARTITION BY thread ORDER BY happened_at, is_word DESC, event_key
                                      ROWS UNBOUNDED PRECEDING) AS turn
    FROM happened
    WHERE NOT is_opening
),
replies AS (
    SELECT thread, turn, actor, min(happened_at) AS replied_at,
           arg_min(case_key, row(happened_at, event_key)) AS case_key
    FROM turns
    WHERE NOT is_word AND (turn > 0 OR thread NOT IN (SELECT thread FROM ours))
    GROUP BY thread, turn, actor
),
people AS (
    SELECT *, row_number() OVER (PARTITION BY thread, turn ORDER BY replied_at, actor) AS place FROM replies
),
doubles AS (
    SELECT string_agg(actor, ', ' ORDER BY place) AS people, count(*) AS people_count,
           min(replied_at) AS first_reply_at,
           min(replied_at) FILTER (place = 2) AS second_reply_at,
           any_value(case_key) FILTER (place = 2) AS case_key
    FROM people
    GROUP BY thread, turn
    HAVING count(*) > 1
)
SELECT case_id, item_id, platform, subject, people, people_count::BIGINT AS people_count, first_reply_at,
       second_reply_at, epoch(second_reply_at - first_reply_at)::DOUBLE AS apart_seconds
FROM doubles JOIN threads USING (case_key)
WHERE second_reply_at >= $since::TIMESTAMP AND second_reply_at < $until::TIMESTAMP
ORDER BY second_reply_at DESC, case_id
