-- care_outcomes: what became of the care work of a window: opened and still waiting, resolved and whether it held.
--
-- Opened are the cases of response_times, with those that were merged or excluded later. Resolved are cases, whenever
-- they were opened, that a human resolved in the window, each once, at the last time; those that were declined, merged
-- or excluded afterwards are not among them. Such a resolution has held when the case was not reopened within
-- `hold_hours` of it, as far as is known at `now`. Of two at the same instant a reopening comes first. The time is from
-- the opening to that resolution, gross: no calendar, and pauses count.
--
-- tick    60s
-- param   since                 timestamp               inclusive
-- param   until                 timestamp               exclusive
-- param   group_by              varchar    = "all"      all, brand or platform
-- param   hold_hours            bigint     = 72         so long it must hold
-- param   brands                varchar[]  = []         empty list means all
-- param   platforms             varchar[]  = []         empty list means all
-- param   now                   timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at              timestamp  = now        as it was known then
-- column  group_name            varchar    all, or the brand or platform; unknown where it is not known
-- column  opened_count          bigint     cases opened
-- column  answered_count        bigint     those of them with a public reply of a human
-- column  waiting_count         bigint     those without one that are still open
-- column  oldest_waiting_at     timestamp  when the oldest of the waiting was opened
-- column  resolved_count        bigint     cases a human resolved
-- column  held_count            bigint     those of them that were not reopened within hold_hours
-- column  settling_count        bigint     those of them whose hold_hours are not over yet
-- column  reopened_count        bigint     cases reopened within hold_hours of one of these resolutions
-- column  unattributed_count    bigint     cases resolved by a bot only, or nobody knows by whom: counted nowhere else
-- column  p50_seconds           double     half of those that held were resolved within so long of their opening
-- column  p90_seconds           double     nine of ten within so long
-- grain   group_name
WITH known AS (
    SELECT case_key, opened_at, brand, platform,
           opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP AS is_opened
    FROM cases
    WHERE opened_at < $until::TIMESTAMP AND opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
happened AS (
    SELECT case_key, happened_at, kind,
           actor_kind IS NOT DISTINCT FROM 'human' AS is_human,
           happened_at >= $since::TIMESTAMP AND happened_at < $until::TIMESTAMP AS is_in
    FROM case_events SEMI JOIN known USING (case_key)
    WHERE (kind IN ('reopened', 'resolved', 'declined', 'merged', 'excluded')
           OR (kind = 'message' AND actor_kind = 'human' AND visibility = 'public'))
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
),
events AS (
    SELECT case_key,
           bool_or(kind = 'message') AS is_answered,
           -- what ended it last, 1 for a reopening; the instant and the step are one number, which is fast to compare
           max(epoch_us(happened_at) * 2 + CASE kind WHEN 'reopened' THEN 0 ELSE 1 END)
               FILTER (kind <> 'message') % 2 = 1 AS is_over,
           max(happened_at) FILTER (kind = 'resolved' AND is_human AND is_in) AS resolved_at,
           max(happened_at) FILTER (kind IN ('declined', 'merged', 'excluded')) AS set_aside_at,
           bool_or(kind = 'resolved' AND NOT is_human AND is_in) AS is_unattributed,
           list(happened_at) FILTER (kind = 'resolved' AND is_human AND is_in) AS resolutions,
           list(happened_at) FILTER (kind = 'reopened') AS reopenings
    FROM happened
    GROUP BY case_key
),
worked AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'brand' THEN brand WHEN 'platform' THEN platform
                ELSE error('group_by must be all, brand or platform, not "' || $group_by::VARCHAR || '"')
           END AS group_name,
           opened_at, is_opened, resolved_at, resolutions, reopenings,
           coalesce(is_answered, false) AS is_answered,
           is_opened AND NOT coalesce(is_answered, false) AND NOT coalesce(is_over, false) AS is_waiting,
           resolved_at IS NOT NULL AND (set_aside_at IS NULL OR set_aside_at < resolved_at) AS is_resolved,
           resolved_at IS NULL AND coalesce(is_unattributed, false) AS is_unattributed
    FROM known LEFT JOIN events USING (case_key)
),
judged AS (
    SELECT *,
           is_resolved AND NOT coalesce(list_bool_or(list_transform(reopenings,
               lambda r: r > resolved_at AND r <= resolved_at + to_hours($hold_hours::BIGINT))), false) AS is_held,
           is_resolved AND coalesce(list_bool_or(list_transform(reopenings, lambda r: list_bool_or(list_transform(resolutions,
               lambda s: r > s AND r <= s + to_hours($hold_hours::BIGINT))))), false) AS is_reopened
    FROM worked
)
SELECT group_name,
       count(*) FILTER (is_opened)::BIGINT AS opened_count,
       count(*) FILTER (is_opened AND is_answered)::BIGINT AS answered_count,
       count(*) FILTER (is_waiting)::BIGINT AS waiting_count,
       min(opened_at) FILTER (is_waiting) AS oldest_waiting_at,
       count(*) FILTER (is_resolved)::BIGINT AS resolved_count,
       count(*) FILTER (is_held)::BIGINT AS held_count,
       count(*) FILTER (is_held AND resolved_at + to_hours($hold_hours::BIGINT) > $now::TIMESTAMP)::BIGINT AS settling_count,
       count(*) FILTER (is_reopened)::BIGINT AS reopened_count,
       count(*) FILTER (is_unattributed)::BIGINT AS unattributed_count,
       (quantile_cont(epoch(resolved_at - opened_at), 0.5) FILTER (is_held AND resolved_at >= opened_at))::DOUBLE
           AS p50_seconds,
       (quantile_cont(epoch(resolved_at - opened_at), 0.9) FILTER (is_held AND resolved_at >= opened_at))::DOUBLE
           AS p90_seconds
FROM judged
WHERE is_opened OR is_resolved OR is_unattributed
GROUP BY group_name
ORDER BY opened_count DESC, group_name
