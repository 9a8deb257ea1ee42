-- sentiment_by_group: how each brand, platform, language or region sounds.
--
-- tick    60s
-- param   since          timestamp                   inclusive
-- param   until          timestamp                   exclusive
-- param   group_by       varchar                     brand, platform, language or region
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
-- column  group_name     varchar     the brand, platform, language or region; unknown where it is not known
-- column  mentions_count bigint      mentions
-- column  negative_count bigint      judged negative
-- column  neutral_count  bigint      judged neutral
-- column  positive_count bigint      judged positive; what is missing to mentions_count was not judged
-- column  net_sentiment  double      (positive - negative) / judged, -1..1; unknown when nothing was judged
-- grain   group_name
WITH judged AS (
    SELECT CASE $group_by::VARCHAR WHEN 'brand' THEN brand WHEN 'platform' THEN platform
                WHEN 'language' THEN language WHEN 'region' THEN region
                ELSE error('group_by must be brand, platform, language or region, not "' || $group_by::VARCHAR || '"')
           END AS group_name,
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
),
counted AS (
    SELECT group_name,
           count(*) AS mentions,
           count(*) FILTER (label = 'negative') AS negative,
           count(*) FILTER (label = 'neutral') AS neutral,
           count(*) FILTER (label = 'positive') AS positive
    FROM judged
    GROUP BY group_name
)
SELECT group_name,
       mentions::BIGINT AS mentions_count,
       negative::BIGINT AS negative_count,
       neutral::BIGINT AS neutral_count,
       positive::BIGINT AS positive_count,
       ((positive - negative) / nullif(negative + neutral + positive, 0))::DOUBLE AS net_sentiment
FROM counted
ORDER BY mentions_count DESC, group_name
