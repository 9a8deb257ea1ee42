-- clocks/states: the track, priority and named calendar of each case, from when to when. A track that is not promised
-- anything is the default one.
CREATE OR REPLACE TEMP TABLE clock_states AS
WITH versions AS (
    SELECT case_key, lower(trim(track, E' \t\r\n')) AS track, lower(trim(priority, E' \t\r\n')) AS priority, known_from_at,
           epoch_us(coalesce(updated_at, known_from_at)) // 1000000 AS at_s
    FROM cases SEMI JOIN clock_cases USING (case_key)
    WHERE NOT is_drill
),
firsts AS (
    SELECT case_key, count(*) > 1 AS has_versions,
           arg_min(track, known_from_at) FILTER (track <> '') AS track,
           arg_min(priority, known_from_at) FILTER (priority <> '') AS priority
    FROM versions
    GROUP BY case_key
),
told AS (
    SELECT case_key, epoch_us(happened_at) // 1000000 AS at_s, event_key AS tie,
           nullif(lower(trim(track, E' \t\r\n')), '') AS track, nullif(lower(trim(priority, E' \t\r\n')), '') AS priority,
           CASE WHEN calendar IN (SELECT calendar FROM clock_hours) THEN calendar END AS calendar
    FROM case_events SEMI JOIN clock_cases USING (case_key)
    WHERE kind = 'changed' AND NOT is_drill
),
-- a source whose events say nothing of tracks tells them in its record
held AS (
    SELECT case_key, at_s, known_from_at, nullif(track, '') AS track, nullif(priority, '') AS priority,
           last_value(nullif(track, '') IGNORE NULLS) OVER before AS track_before,
           last_value(nullif(priority, '') IGNORE NULLS) OVER before AS priority_before
    FROM versions SEMI JOIN (SELECT case_key FROM firsts WHERE has_versions) USING (case_key)
    WINDOW before AS (PARTITION BY case_key ORDER BY known_from_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
recorded AS (
    SELECT case_key, at_s, epoch_us(known_from_at) AS tie,
           CASE WHEN track <> track_before AND case_key NOT IN (SELECT case_key FROM told WHERE track IS NOT NULL)
                THEN track END AS track,
           CASE WHEN priority <> priority_before AND case_key NOT IN (SELECT case_key FROM told WHERE priority IS NOT NULL)
                THEN priority END AS priority,
           NULL AS calendar
    FROM held
),
changes AS (
    SELECT * FROM told WHERE coalesce(track, priority, calendar) IS NOT NULL
    UNION ALL
    SELECT * FROM recorded WHERE coalesce(track, priority) IS NOT NULL
),
line AS (
    SELECT case_key, -9000000000 AS at_s, 0 AS tie, track, priority, NULL AS calendar
    FROM firsts SEMI JOIN changes USING (case_key)
    UNION ALL
    SELECT case_key, at_s, tie, track, priority, calendar FROM changes
),
filled AS (
    SELECT case_key, at_s,
           last_value(track IGNORE NULLS) OVER so_far AS track,
           last_value(priority IGNORE NULLS) OVER so_far AS priority,
           last_value(calendar IGNORE NULLS) OVER so_far AS calendar
    FROM line
    WINDOW so_far AS (PARTITION BY case_key ORDER BY at_s, tie ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    QUALIFY row_number() OVER (PARTITION BY case_key, at_s ORDER BY tie DESC) = 1
),
ruled AS (
    SELECT case_key, at_s, priority, calendar,
           coalesce(tracks.track, (SELECT min(track) FROM clock_policies WHERE is_default)) AS track
    FROM (SELECT * FROM filled
          UNION ALL
          SELECT case_key, -9000000000 AS at_s, track, priority, NULL AS calendar FROM firsts ANTI JOIN changes USING (case_key))
    LEFT JOIN (SELECT DISTINCT track FROM clock_policies) AS tracks USING (track)
),
moved AS (
    -- a change to what already holds is none
    SELECT * FROM ruled
    QUALIFY row(track, priority, calendar)
        IS DISTINCT FROM lag(row(track, priority, calendar)) OVER (PARTITION BY case_key ORDER BY at_s)
        OR at_s = -9000000000
)
SELECT case_key, at_s AS since_s,
       coalesce(lead(at_s) OVER (PARTITION BY case_key ORDER BY at_s), 9000000000) AS until_s, track, priority, calendar
FROM moved
