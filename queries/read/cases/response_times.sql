-- response_times: how long people wait for the first public reply of a human, by when their cases were opened.
--
-- The first reply is the earliest message of a human that everybody can read; bots and notes do not count, nor does
-- what happened after `now`. A reply older than its case (an edited review has a new time) counts as answered; how
-- long it took nobody knows, so it is left out of percentiles and shares. Times are gross: no calendar, no pauses.
-- Cases that were merged or excluded later count too. The track is what the newest event says, else what the case's
-- record says.
--
-- tick    60s
-- param   since             timestamp               opened at or after, inclusive
-- param   until             timestamp               opened before, exclusive
-- param   group_by          varchar    = "all"      all, brand, track or platform
-- param   brands            varchar[]  = []         empty list means all
-- param   platforms         varchar[]  = []         empty list means all
-- param   now               timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at          timestamp  = now        as it was known then
-- column  group_name        varchar    all, or the brand, track or platform; unknown where it is not known
-- column  cases_count       bigint     cases opened, answered or not
-- column  answered_count    bigint     those of them with a public reply of a human
-- column  early_count       bigint     answered cases whose reply is older than they are: their time is not known
-- column  p50_seconds       double     half of the answered waited at most so long; unknown when no time is known
-- column  p90_seconds       double     nine of ten waited at most so long
-- column  p95_seconds       double     19 of 20 waited at most so long
-- column  within_15m_share  double     answered within 15 minutes / answered with a known time
-- column  within_60m_share  double     answered within an hour / answered with a known time
-- grain   group_name
WITH opened AS (
    SELECT case_key, opened_at, brand, platform, track
    FROM cases
    WHERE opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP AND opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
events AS (
    SELECT case_key,
           min(happened_at) FILTER (kind = 'message') AS replied_at,
           arg_max(track, row(happened_at, event_key)) FILTER (kind = 'changed' AND track IS NOT NULL) AS track
    FROM case_events SEMI JOIN opened USING (case_key)
    WHERE ((kind = 'message' AND actor_kind = 'human' AND visibility = 'public')
           OR (kind = 'changed' AND track IS NOT NULL AND $group_by::VARCHAR = 'track'))
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
    GROUP BY case_key
),
answered AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'brand' THEN opened.brand
                WHEN 'track' THEN coalesce(events.track, opened.track) WHEN 'platform' THEN opened.platform
                ELSE error('group_by must be all, brand, track or platform, not "' || $group_by::VARCHAR || '"')
           END AS group_name,
           replied_at,
           CASE WHEN replied_at >= opened_at THEN epoch(replied_at - opened_at) END AS seconds
    FROM opened LEFT JOIN events USING (case_key)
)
SELECT group_name,
       count(*)::BIGINT AS cases_count,
       count(replied_at)::BIGINT AS answered_count,
       (count(replied_at) - count(seconds))::BIGINT AS early_count,
       quantile_cont(seconds, 0.5)::DOUBLE AS p50_seconds,
       quantile_cont(seconds, 0.9)::DOUBLE AS p90_seconds,
       quantile_cont(seconds, 0.95)::DOUBLE AS p95_seconds,
       (count(*) FILTER (seconds <= 900) / nullif(count(seconds), 0))::DOUBLE AS within_15m_share,
       (count(*) FILTER (seconds <= 3600) / nullif(count(seconds), 0))::DOUBLE AS within_60m_share
FROM answered
GROUP BY group_name
ORDER BY cases_count DESC, group_name
