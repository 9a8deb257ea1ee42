-- mentions_by_bucket: how loud it is and how it sounds, bucket by bucket.
--
-- tick    60s
-- param   since          timestamp                   inclusive
-- param   until          timestamp                   exclusive
-- param   bucket_minutes bigint     = 15              a divisor of 1440, at most 60
-- param   brands         varchar[]  = []              empty list means all
-- param   platforms      varchar[]  = []              empty list means all
-- param   languages      varchar[]  = []              empty list means all; '' in it means unknown
-- param   regions        varchar[]  = []              empty list means all; '' in it means unknown
-- param   sentiments     varchar[]  = []              empty list means all; '' in it means not judged
-- param   media_types    varchar[]  = []              empty list means all; '' in it means unknown
-- param   source_classes varchar[]  = []              empty list means all; '' in it means unknown
-- param   text           varchar    = ""              part of the text, upper or lower case; "" means all
-- param   judge          varchar    = "watchfloor"    whose judgement: watchfloor or source
-- param   known_at       timestamp  = now             as it was known then
-- column  bucket_at      timestamp   start of the bucket, aligned to UTC midnight
-- column  brand          varchar     the measured brand
-- column  platform       varchar     where it was said
-- column  mentions_count bigint      mentions; buckets without any do not come back
-- column  negative_count bigint      judged negative
-- column  neutral_count  bigint      judged neutral
-- column  positive_count bigint      judged positive; what is missing to mentions_count was not judged
-- grain   bucket_at, brand, platform
WITH bucket AS (
    SELECT CASE WHEN $bucket_minutes::BIGINT BETWEEN 1 AND 60 AND 1440 % greatest($bucket_minutes::BIGINT, 1) = 0
                THEN to_minutes($bucket_minutes::BIGINT)
                ELSE error('bucket_minutes must divide 1440 and be at most 60, not ' || $bucket_minutes::VARCHAR)
           END AS width
),
judged AS (
    SELECT time_bucket((SELECT width FROM bucket), published_at, TIMESTAMP '1970-01-01') AS bucket_at,
           brand, platform,
           CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label WHEN 'source' THEN source_sentiment
                ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END AS label
    FROM mentions
    WHERE published_at >= $since::TIMESTAMP AND published_at < $until::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
      AND (len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], coalesce(language, '')))
      AND (len($regions::VARCHAR[]) = 0 OR list_contains($regions::VARCHAR[], coalesce(region, '')))
      AND (len($media_types::VARCHAR[]) = 0 OR list_contains($media_types::VARCHAR[], coalesce(media_type, '')))
      AND (len($source_classes::VARCHAR[]) = 0 OR list_contains($source_classes::VARCHAR[], coalesce(source_class, '')))
      AND (len($sentiments::VARCHAR[]) = 0 OR list_contains($sentiments::VARCHAR[], coalesce(
               CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label WHEN 'source' THEN source_sentiment
                    ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END, '')))
      AND ($text::VARCHAR = '' OR contains(search_text, lower(nfc_normalize($text::VARCHAR))))
)
SELECT bucket_at, brand, platform,
       count(*)::BIGINT AS mentions_count,
       count(*) FILTER (label = 'negative')::BIGINT AS negative_count,
       count(*) FILTER (label = 'neutral')::BIGINT AS neutral_count,
       count(*) FILTER (label = 'positive')::BIGINT AS positive_count
FROM judged
GROUP BY bucket_at, brand, platform
ORDER BY bucket_at, brand, platform
