-- response_by_group: how long the first answer takes, group by group, and how many have none yet.
--
-- Cases are those opened in the window, by where they stand at `now`; merged and excluded ones are not counted, and
-- else this is response_times: the first reply is the earliest public message of a human, and times are gross, with no
-- calendar and no pauses. The times are naive: they are those of the answered alone, so a customer who was never
-- answered makes no time longer. Read them beside waiting_count, and never without it. What is missing to cases_count
-- was answered in private, or is over without an answer, or needed none.
--
-- tick    60s
-- param   since           timestamp                  opened at or after, inclusive
-- param   until           timestamp                  opened before, exclusive
-- param   group_by        varchar    = "platform"    all, platform, brand, owner or channel
-- param   brands          varchar[]  = []            empty list means all
-- param   platforms       varchar[]  = []            empty list means all
-- param   now             timestamp  = now           the moment it is seen from: what is later has not happened yet
-- param   known_at        timestamp  = now           as it was known then
-- column  group_name      varchar    all, or the platform, brand, owner or channel; unknown where it is not known
-- column  cases_count     bigint     cases opened
-- column  answered_count  bigint     those of them with a public reply of a human
-- column  waiting_count   bigint     those no human has answered at all, which are open and not acknowledged
-- column  p50_seconds     double     half of the answered waited at most so long; unknown when no time is known
-- column  p90_seconds     double     nine of ten of the answered waited at most so long
-- grain   group_name
WITH opened AS (
    SELECT case_key, opened_at, brand, platform, channel, owner
    FROM cases
    WHERE opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP AND opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
happened AS (
    SELECT case_key, event_key, kind, happened_at, visibility,
           CASE WHEN kind IN ('assigned', 'claimed', 'accepted')
                THEN coalesce(owner, CASE WHEN kind <> 'assigned' THEN actor END) END AS owner,
           -- in the order of the list; the instant and the place in it are one number, which is far faster to compare
           nullif(list_position(['reopened', 'resolved', 'declined', 'merged', 'excluded'], kind), 0) AS step
    FROM case_events SEMI JOIN opened USING (case_key)
    WHERE (kind IN ('reopened', 'resolved', 'declined', 'merged', 'excluded', 'acknowledged')
           OR (kind = 'message' AND actor_kind = 'human' AND visibility IN ('public', 'private'))
           OR ($group_by::VARCHAR = 'owner' AND kind IN ('assigned', 'claimed', 'accepted')))
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
),
events AS (
    SELECT case_key,
           min(happened_at) FILTER (kind = 'message' AND visibility = 'public') AS replied_at,
           bool_or(kind IN ('message', 'acknowledged')) AS is_settled,
           max(epoch_us(happened_at) * 8 + step) % 8 AS step,
           arg_max(owner, row(happened_at, event_key)) FILTER (owner IS NOT NULL) AS owner
    FROM happened
    GROUP BY case_key
),
answered AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'platform' THEN opened.platform
                WHEN 'brand' THEN opened.brand WHEN 'owner' THEN coalesce(events.owner, opened.owner)
                WHEN 'channel' THEN opened.channel
                ELSE error('group_by must be all, platform, brand, owner or channel, not "'
                           || $group_by::VARCHAR || '"')
           END AS group_name,
           replied_at,
           CASE WHEN replied_at >= opened_at THEN epoch(replied_at - opened_at) END AS seconds,
           NOT coalesce(is_settled, false) AND coalesce(step, 1) = 1 AS is_waiting
    FROM opened LEFT JOIN events USING (case_key)
    WHERE step IS NULL OR step < 4
)
SELECT group_name,
       count(*)::BIGINT AS cases_count,
       count(replied_at)::BIGINT AS answered_count,
       count(*) FILTER (is_waiting)::BIGINT AS waiting_count,
       quantile_cont(seconds, 0.5)::DOUBLE AS p50_seconds,
       quantile_cont(seconds, 0.9)::DOUBLE AS p90_seconds
FROM answered
GROUP BY group_name
ORDER BY cases_count DESC, group_name
