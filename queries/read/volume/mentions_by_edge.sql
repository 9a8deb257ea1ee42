-- mentions_by_edge: how loud it is and how it sounds between given instants, such as the borders of local days.
--
-- tick    60s
-- param   edges          timestamp[]                 at least two, rising; each pair of neighbours is a span
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
-- column  edge_at        timestamp   start of the span, inclusive
-- column  until_at       timestamp   end of the span, exclusive
-- column  brand          varchar     the measured brand
-- column  platform       varchar     where it was said
-- column  mentions_count bigint      mentions; spans without any do not come back
-- column  negative_count bigint      judged negative
-- column  neutral_count  bigint      judged neutral
-- column  positive_count bigint      judged positive; what is missing to mentions_count was not judged
-- grain   edge_at, brand, platform
WITH edges AS (
    SELECT unnest($edges::TIMESTAMP[]) AS edge_at
),
spans AS (
    SELECT edge_at, lead(edge_at) OVER (ORDER BY edge_at) AS until_at FROM edges QUALIFY until_at IS NOT NULL
),
quarters AS (
    -- the quarter hours each span touches: an equality to join by, where comparing every post with every edge is slow
    SELECT edge_at, until_at,
           unnest(generate_series(time_bucket(INTERVAL 15 MINUTE, edge_at), until_at - INTERVAL 1 MICROSECOND,
                                  INTERVAL 15 MINUTE)) AS quarter_at
    FROM spans
),
chosen AS (
    SELECT published_at, time_bucket(INTERVAL 15 MINUTE, published_at) AS quarter_at, brand, platform,
           CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label WHEN 'source' THEN source_sentiment
                ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END AS label
    FROM mentions
    WHERE published_at >= list_min($edges::TIMESTAMP[]) AND published_at < list_max($edges::TIMESTAMP[])
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
SELECT edge_at, until_at, brand, platform,
       count(*)::BIGINT AS mentions_count,
       count(*) FILTER (label = 'negative')::BIGINT AS negative_count,
       count(*) FILTER (label = 'neutral')::BIGINT AS neutral_count,
       count(*) FILTER (label = 'positive')::BIGINT AS positive_count
FROM chosen JOIN quarters USING (quarter_at)
WHERE published_at >= edge_at AND published_at < until_at
GROUP BY edge_at, until_at, brand, platform
ORDER BY edge_at, brand, platform
