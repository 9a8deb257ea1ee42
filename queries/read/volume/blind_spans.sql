-- blind_spans: when we were blind: what is missing between two instants is not silence.
--
-- A gap that was filled later is none. A span without a platform stands for all that its source brings, and comes back
-- once for each; with no platform where the source has not brought any yet, whatever `platforms` says. Borders are the
-- true ones, not cut to the window; only a deletion by age begins where the window does. A source that is not read any
-- more is out since its last run. One that left the site file while it could not be read is missed no longer.
--
-- tick    5s
-- param   since      timestamp               inclusive
-- param   until      timestamp               exclusive
-- param   platforms  varchar[]  = []         empty list means all
-- param   now        timestamp  = now        the moment it is seen from
-- param   known_at   timestamp  = now        as it was known then
-- column  source     varchar    the [[source]] that could not see
-- column  platform   varchar    whose posts are missing; unknown when the source has not brought any yet
-- column  kind       varchar    gap (missing for good), outage (could not be read) or retention (deleted by age)
-- column  since_at   timestamp  from when on
-- column  until_at   timestamp  until when; unknown when it is still so at `now`
-- column  sentence   varchar    why
-- grain   source, platform, kind, since_at
WITH spans AS (
    SELECT gaps.source, gaps.platform, gaps.kind, gaps.since_at, gaps.sentence, sources.platforms,
           -- an outage is filled by what ends it: as long as it was not known to be filled, it was going on
           CASE WHEN gaps.until_at <= $now::TIMESTAMP AND (gaps.kind = 'gap' OR gaps.filled_at IS NULL)
                THEN gaps.until_at END AS until_at
    FROM gaps LEFT JOIN sources USING (source)
    WHERE gaps.since_at < $until::TIMESTAMP AND gaps.since_at <= $now::TIMESTAMP
      AND gaps.known_from_at <= $known_at::TIMESTAMP
      AND (gaps.filled_at IS NULL OR gaps.filled_at > $known_at::TIMESTAMP)
      AND (gaps.until_at IS NOT NULL OR coalesce(sources.is_active, false))
),
wanted AS (
    SELECT source, platform, kind, since_at, until_at, sentence, platforms
    FROM spans
    WHERE until_at IS NULL OR until_at > $since::TIMESTAMP
    UNION ALL
    SELECT source, NULL AS platform, 'retention' AS kind, $since::TIMESTAMP AS since_at, kept_from_at AS until_at,
           'what is older was deleted, as retention_days asks' AS sentence, platforms
    FROM sources
    WHERE kept_from_at > $since::TIMESTAMP
    UNION ALL
    SELECT source, NULL AS platform, 'outage' AS kind, last_run_at AS since_at, NULL AS until_at, disabled AS sentence,
           platforms
    FROM sources
    WHERE is_active AND disabled IS NOT NULL
      AND last_run_at < $until::TIMESTAMP AND last_run_at <= $now::TIMESTAMP
),
told AS (
    SELECT source, kind, since_at, until_at, sentence,
           unnest(CASE WHEN platform IS NOT NULL THEN [platform] WHEN len(platforms) > 0 THEN platforms
                       ELSE [NULL::VARCHAR] END) AS platform
    FROM wanted
)
SELECT source, platform, kind, since_at, until_at, sentence
FROM told
WHERE platform IS NULL OR len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform)
ORDER BY since_at, source, platform, kind
