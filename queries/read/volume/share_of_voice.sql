-- share_of_voice: each brand's part of all mentions, beside the window of the same length before.
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
-- column  brand                 varchar   the measured brand
-- column  mentions_count        bigint    mentions
-- column  voice_share           double    mentions / mentions of all the brands asked for; unknown when there are none
-- column  mentions_count_before bigint    the same in the window before
-- column  voice_share_before    double    the same in the window before
-- grain   brand
WITH counted AS (
    SELECT brand,
           count(*) FILTER (published_at >= $since::TIMESTAMP) AS mentions_now,
           count(*) FILTER (published_at < $since::TIMESTAMP) AS mentions_before
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
    GROUP BY brand
)
SELECT brand,
       mentions_now::BIGINT AS mentions_count,
       (mentions_now / nullif(sum(mentions_now) OVER (), 0))::DOUBLE AS voice_share,
       mentions_before::BIGINT AS mentions_count_before,
       (mentions_before / nullif(sum(mentions_before) OVER (), 0))::DOUBLE AS voice_share_before
FROM counted
ORDER BY mentions_count DESC, brand
