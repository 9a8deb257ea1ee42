-- mention_breakdown: what the mentions of a window are made of, beside the window of the same length before.
--
-- Within each dimension the counts add up to mention_totals for the same filters.
--
-- tick    60s
-- param   since          timestamp                   inclusive
-- param   until          timestamp                   exclusive
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
-- column  dimension             varchar  brand, platform, language, region, sentiment, media_type or source_class
-- column  value                 varchar  its value; '' where it is not known, or not judged
-- column  mentions_count        bigint   mentions
-- column  mentions_count_before bigint   the same in the window before
-- column  negative_count        bigint   judged negative
-- column  neutral_count         bigint   judged neutral
-- column  positive_count        bigint   judged positive; what is missing to mentions_count was not judged
-- grain   dimension, value
WITH chosen AS (
    SELECT published_at >= $since::TIMESTAMP AS is_now, brand, platform, coalesce(language, '') AS language,
           coalesce(region, '') AS region, coalesce(media_type, '') AS media_type,
           coalesce(source_class, '') AS source_class,
           coalesce(CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label WHEN 'source' THEN source_sentiment
                    ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END, '') AS label
    FROM mentions
    WHERE published_at >= $since::TIMESTAMP - ($until::TIMESTAMP - $since::TIMESTAMP) AND published_at < $until::TIMESTAMP
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
),
combined AS (
    -- one pass for all dimensions: each combination once, which is far fewer rows than there are mentions
    SELECT brand, platform, language, region, label, media_type, source_class,
           count(*) FILTER (is_now) AS mentions_now,
           count(*) FILTER (NOT is_now) AS mentions_before
    FROM chosen
    GROUP BY brand, platform, language, region, label, media_type, source_class
),
long AS (
    SELECT unnest(['brand', 'platform', 'language', 'region', 'sentiment', 'media_type', 'source_class']) AS dimension,
           unnest([brand, platform, language, region, label, media_type, source_class]) AS value,
           label, mentions_now, mentions_before
    FROM combined
)
SELECT dimension, value,
       sum(mentions_now)::BIGINT AS mentions_count,
       sum(mentions_before)::BIGINT AS mentions_count_before,
       coalesce(sum(mentions_now) FILTER (label = 'negative'), 0)::BIGINT AS negative_count,
       coalesce(sum(mentions_now) FILTER (label = 'neutral'), 0)::BIGINT AS neutral_count,
       coalesce(sum(mentions_now) FILTER (label = 'positive'), 0)::BIGINT AS positive_count
FROM long
GROUP BY dimension, value
ORDER BY dimension, mentions_count DESC, mentions_count_before DESC, value
