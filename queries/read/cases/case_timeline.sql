-- case_timeline: what happened to one case, in order.
--
-- A case whose opening no event tells has one all the same, from its record. Drills are shown, and called so.
--
-- tick    5s
-- param   case_id               varchar               platform:native id
-- param   now                   timestamp  = now      the moment it is seen from: what is later has not happened yet
-- param   known_at              timestamp  = now      as it was known then
-- column  place                 bigint     its place, from 1; of events at the same instant, the order they make sense in
-- column  happened_at           timestamp  when it happened
-- column  kind                  varchar    what it was, in our words; other where we have none
-- column  source_words          varchar    what the source called it
-- column  actor                 varchar    who did it
-- column  actor_kind            varchar    human, bot or customer
-- column  team                  varchar    the actor's team
-- column  visibility            varchar    who can see it: public, private or internal
-- column  brand                 varchar    for which brand the actor spoke
-- column  detail                varchar    to whom, why, how much: all that is set, as one text
-- column  text                  varchar    what was said: text, never markup
-- column  seconds_since_opened  double     from the opening; less than 0 for what is older than the case
-- grain   place
WITH told AS (
    SELECT happened_at, kind, source_words, actor, actor_kind, team, visibility, brand, text, event_key,
           nullif(concat_ws(' · ',
               CASE WHEN is_drill THEN 'drill' END,
               'owner ' || owner,
               'track ' || track,
               'priority ' || priority,
               'calendar ' || calendar,
               'reason ' || reason,
               'place ' || place,
               'outcome ' || outcome,
               'amount ' || regexp_replace(amount::VARCHAR, '\.0$', ''),
               'score ' || regexp_replace(score::VARCHAR, '\.0$', '')
                   || coalesce(' of ' || regexp_replace(score_of::VARCHAR, '\.0$', ''), ''),
               'other case ' || other_case_id), '') AS detail
    FROM case_events
    WHERE case_id = $case_id::VARCHAR
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
),
record AS (
    SELECT opened_at, customer_id, subject, is_drill
    FROM cases
    WHERE case_id = $case_id::VARCHAR
      AND opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
),
everything AS (
    SELECT * FROM told
    UNION ALL BY NAME
    SELECT opened_at AS happened_at, 'opened' AS kind, customer_id AS actor, 'customer' AS actor_kind, subject AS text,
           CASE WHEN is_drill THEN 'drill' END AS detail
    FROM record
    WHERE NOT EXISTS (FROM told WHERE kind = 'opened')
)
SELECT row_number() OVER (
           ORDER BY happened_at,
                    list_position(['opened', 'message', 'reopened', 'assigned', 'claimed', 'resumed', 'changed', 'paused',
                                   'other', 'resolved', 'declined', 'merged', 'excluded'], kind),
                    actor_kind = 'human', event_key)::BIGINT AS place,
       happened_at, kind, source_words, actor, actor_kind, team, visibility, brand, detail, text,
       epoch(happened_at - coalesce((SELECT opened_at FROM record),
                                    (SELECT min(happened_at) FROM told WHERE kind = 'opened')))::DOUBLE
           AS seconds_since_opened
FROM everything
ORDER BY place
