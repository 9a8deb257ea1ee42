-- source_health: whether each source is read, how fresh it is, and what stands in its way.
--
-- tick    5s
-- param   now            timestamp  = now             the moment it is seen from
-- column  source          varchar    the [[source]]
-- column  kind            varchar    its kind
-- column  state           varchar    ok, stale, late (not read as often as it should be), never, failing, waiting (asked to) or disabled
-- column  last_run_at     timestamp  when it was last tried
-- column  last_success_at timestamp  when it was last read without an error
-- column  last_record_at  timestamp  when it last brought something new
-- column  watermark_at    timestamp  the newest post it has brought
-- column  stale_at        timestamp  when its numbers stop, or stopped, being fresh; unknown as long as nothing came
-- column  next_run_at     timestamp  when it is tried next
-- column  refused_count   bigint     rows that could not be taken, kept in refused_rows
-- column  lag_seconds     double     from publishing to knowing, of the newest post of the last batch with news
-- column  gaps_count      bigint     spans of the last 7 days in which posts are missing, see blind_spans
-- column  blind_since_at  timestamp  since when it is not, or cannot be, read; unknown when it is
-- column  silent_since_at timestamp  when the silence alarm went off: it is read, and has brought nothing new for so long
-- column  quota_left      bigint     requests it may still make
-- column  quota_limit     bigint     of so many
-- column  quota_resets_at timestamp  when it has all of them again
-- column  not_before_at   timestamp  the server has asked to be left alone until then
-- column  clock_offset_seconds double  the server's clock less ours
-- column  brings          varchar    what it has brought: cases, mentions, or both with a comma; unknown when nothing yet
-- column  history_from_at timestamp  how far back it has filled its past in; unknown when it fills nothing in
-- column  history_wanted_at timestamp  how far back it will
-- column  sentence        varchar    what is wrong, in words; unknown when nothing is
-- grain   source
WITH refused AS (
    SELECT source, count(*) AS refused_count FROM refused_rows GROUP BY source
),
failing AS (
    SELECT source, min(started_at) AS failing_at
    FROM runs JOIN sources USING (source)
    WHERE runs.error IS NOT NULL AND (last_success_at IS NULL OR started_at > last_success_at)
    GROUP BY source
),
blind AS (
    SELECT source, count(*) AS gaps_count,
           min(since_at) FILTER (until_at IS NULL OR until_at > $now::TIMESTAMP) AS blind_since_at
    FROM gaps
    WHERE since_at <= $now::TIMESTAMP AND known_from_at <= $now::TIMESTAMP
      AND (filled_at IS NULL OR filled_at > $now::TIMESTAMP)
      AND (until_at IS NULL OR until_at >= $now::TIMESTAMP - INTERVAL 7 DAY)
    GROUP BY source
),
marks AS (
    SELECT sources.*, coalesce(refused.refused_count, 0) AS refused_count,
           coalesce(blind.gaps_count, 0) AS gaps_count, blind.blind_since_at,
           -- fresh as long as the newest post is young and the source is read as often as it should be
           CASE WHEN watermark_at IS NOT NULL AND last_success_at IS NOT NULL THEN
               least(watermark_at + to_seconds(stale_after_seconds),
                     last_success_at + to_seconds(greatest(2 * every_seconds, every_seconds + 60)),
                     failing_at)
               ELSE failing_at
           END AS stale_at,
           last_success_at + to_seconds(greatest(2 * every_seconds, every_seconds + 60)) AS late_at,
           last_record_at + to_seconds(silent_after_seconds) AS silent_at
    FROM sources LEFT JOIN refused USING (source) LEFT JOIN failing USING (source) LEFT JOIN blind USING (source)
    WHERE is_active
),
states AS (
    SELECT *,
           CASE
               WHEN disabled IS NOT NULL THEN 'disabled'
               WHEN not_before_at > $now::TIMESTAMP THEN 'waiting'
               WHEN error IS NOT NULL THEN 'failing'
               WHEN last_success_at IS NULL THEN 'never'
               WHEN late_at <= $now::TIMESTAMP THEN 'late'
               WHEN watermark_at IS NULL OR stale_at <= $now::TIMESTAMP THEN 'stale'
               ELSE 'ok'
           END AS state
    FROM marks
)
SELECT source, kind, state, last_run_at, last_success_at, last_record_at, watermark_at, stale_at, next_run_at,
       refused_count::BIGINT AS refused_count,
       lag_seconds, gaps_count::BIGINT AS gaps_count,
       CASE WHEN state = 'disabled' THEN least(blind_since_at, last_run_at) ELSE blind_since_at END AS blind_since_at,
       CASE WHEN silent_at <= $now::TIMESTAMP AND state IN ('ok', 'stale') THEN silent_at END AS silent_since_at,
       quota_left, quota_limit, quota_resets_at, not_before_at, clock_offset_seconds,
       nullif(array_to_string(brings, ', '), '') AS brings, history_from_at, history_wanted_at,
       CASE state
           WHEN 'disabled' THEN 'is not read any more: ' || disabled
           WHEN 'waiting' THEN 'was asked to wait' || coalesce(': ' || error, '')
           WHEN 'failing' THEN error
           WHEN 'never' THEN 'has not been read yet'
           WHEN 'late' THEN 'has not been read as often as it should be'
           WHEN 'stale' THEN CASE WHEN watermark_at IS NULL THEN 'is read and has brought nothing yet'
                                  ELSE 'is read and brings nothing new' END
       END AS sentence
FROM states
ORDER BY source
