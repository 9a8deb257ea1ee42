-- volume_expected: how loud it usually is at each time of the week, to hold a window against.
--
-- The median of the same time of the week in up to four weeks before; where fewer than three of them are known, of the
-- same time of day in the seven days before; where fewer than three of those are, nothing is expected. Each is the mean of the
-- buckets around it, half an hour to both sides, so that the line is calm. A bucket is left out where platforms that
-- bring a tenth or more of the mentions could not be seen (a gap or an outage over half of it), or had brought nothing
-- yet: an hour nobody saw is no quiet hour. Weeks are of 168 hours: who writes lives in many zones, and where clocks
-- have changed in between, the line lies one hour off for at most four weeks.
--
-- tick    60s
-- param   since          timestamp                   inclusive
-- param   until          timestamp                   exclusive
-- param   bucket_minutes bigint     = 15              a divisor of 1440, at most 60
-- param   brands         varchar[]  = []              empty list means all
-- param   platforms      varchar[]  = []              empty list means all
-- param   languages      varchar[]  = []              empty list means all
-- param   regions        varchar[]  = []              empty list means all
-- param   now            timestamp  = now             the moment it is seen from
-- param   known_at       timestamp  = now             as it was known then
-- column  bucket_at      timestamp   start of the bucket, aligned to UTC midnight
-- column  expected_count double      mentions as usual; buckets of which too little is known do not come back
-- column  samples_count  bigint      how many weeks or days it stands on
-- column  basis          varchar     week or day
-- grain   bucket_at
WITH bucket AS (
    SELECT CASE WHEN $bucket_minutes::BIGINT BETWEEN 1 AND 60 AND 1440 % greatest($bucket_minutes::BIGINT, 1) = 0
                THEN to_minutes($bucket_minutes::BIGINT)
                ELSE error('bucket_minutes must divide 1440 and be at most 60, not ' || $bucket_minutes::VARCHAR)
           END AS width,
           30 // greatest($bucket_minutes::BIGINT, 1) AS around
),
reach AS (
    -- whole numbers of buckets since 1970 stand for time: neighbours and weeks before are then sums
    SELECT around, epoch_us(TIMESTAMP '1970-01-01' + width) AS wide,
           epoch_us($since::TIMESTAMP) // wide AS first, (epoch_us($until::TIMESTAMP) - 1) // wide AS last,
           86400000000 // wide AS day, 7 * day AS week
    FROM bucket
),
counted AS MATERIALIZED (
    SELECT epoch_us(published_at) // (SELECT wide FROM reach) AS slot, platform, count(*) AS mentions
    FROM mentions
    WHERE published_at >= $since::TIMESTAMP - INTERVAL 28 DAY - INTERVAL 90 MINUTE AND published_at < $until::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
      AND (len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], language))
      AND (len($regions::VARCHAR[]) = 0 OR list_contains($regions::VARCHAR[], region))
    GROUP BY slot, platform
),
shares AS MATERIALIZED (
    -- what a platform brings of all, in the window or with the week before it, whichever is more
    SELECT platform, min(slot) AS begins,
           greatest(coalesce(sum(mentions) FILTER (slot >= first) / sum(sum(mentions) FILTER (slot >= first)) OVER (), 0),
                    coalesce(sum(mentions) FILTER (slot >= first - week)
                             / sum(sum(mentions) FILTER (slot >= first - week)) OVER (), 0)) AS share
    FROM counted, reach
    GROUP BY platform
),
gone AS (
    -- as blind_spans tells it
    SELECT unnest(CASE WHEN gaps.platform IS NOT NULL THEN [gaps.platform] ELSE sources.platforms END) AS platform,
           gaps.since_at,
           CASE WHEN gaps.until_at <= $now::TIMESTAMP AND (gaps.kind = 'gap' OR gaps.filled_at IS NULL)
                THEN gaps.until_at ELSE $now::TIMESTAMP END AS until_at
    FROM gaps LEFT JOIN sources USING (source)
    WHERE gaps.since_at < $until::TIMESTAMP AND gaps.since_at <= $now::TIMESTAMP
      AND gaps.known_from_at <= $known_at::TIMESTAMP
      AND (gaps.filled_at IS NULL OR gaps.filled_at > $known_at::TIMESTAMP)
      AND (gaps.until_at IS NOT NULL OR coalesce(sources.is_active, false))
    UNION ALL
    SELECT unnest(platforms), last_run_at, $now::TIMESTAMP
    FROM sources
    WHERE is_active AND disabled IS NOT NULL AND last_run_at < $until::TIMESTAMP AND last_run_at <= $now::TIMESTAMP
),
spans AS (
    SELECT platform, epoch_us(since_at) AS left_us, epoch_us(until_at) AS right_us FROM gone
    UNION ALL
    SELECT platform, (first - 4 * week - around) * wide, begins * wide FROM shares, reach
),
unseen AS (
    SELECT slot
    FROM (SELECT DISTINCT platform,
                 unnest(range(greatest(ceil((left_us - wide / 2) / wide)::BIGINT, first - 4 * week - around),
                              least(floor((right_us - wide / 2) / wide)::BIGINT, last) + 1)) AS slot
          FROM spans, reach
          WHERE 2 * (right_us - left_us) >= wide)
    JOIN shares USING (platform)
    GROUP BY slot
    HAVING sum(share) >= 0.1
),
every AS (
    SELECT unnest(range(first - 4 * week - around, last + around + 1)) AS slot, around FROM reach
),
seen AS (
    SELECT slot, around, CASE WHEN unseen.slot IS NULL AND slot >= (SELECT min(slot) FROM counted) THEN coalesce(mentions, 0) END AS mentions
    FROM every LEFT JOIN unseen USING (slot)
    LEFT JOIN (SELECT slot, sum(mentions) AS mentions FROM counted GROUP BY slot) USING (slot)
),
calm AS MATERIALIZED (
    SELECT slot, CASE WHEN mentions IS NOT NULL THEN
               avg(mentions) OVER (ORDER BY slot ROWS BETWEEN around PRECEDING AND around FOLLOWING) END AS usual
    FROM seen
),
steps AS (
    SELECT 'week' AS basis, unnest(range(1, 5)) * week AS step FROM reach
    UNION ALL
    SELECT 'day', unnest(range(1, 8)) * day FROM reach
),
wanted AS MATERIALIZED (
    SELECT here.slot, basis, here.slot - step AS earlier
    FROM (SELECT unnest(range(first, last + 1)) AS slot FROM reach) AS here, steps
),
told AS (
    SELECT wanted.slot, basis, median(usual) AS expected, count(usual) AS samples
    FROM wanted JOIN calm ON calm.slot = wanted.earlier
    GROUP BY wanted.slot, basis
    HAVING count(usual) >= 3
)
SELECT make_timestamp(slot * (SELECT wide FROM reach)) AS bucket_at,
       expected::DOUBLE AS expected_count,
       samples::BIGINT AS samples_count,
       basis
FROM told
QUALIFY row_number() OVER (PARTITION BY slot ORDER BY basis DESC) = 1
ORDER BY bucket_at
