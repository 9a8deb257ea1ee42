-- latest_mentions: the newest posts, newest first.
--
-- tick    1s
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
-- param   limit          bigint     = 50              at most so many, 1 to 1000
-- param   known_at       timestamp  = now             as it was known then
-- column  item_id                varchar    platform:native id
-- column  brand                  varchar    the measured brand
-- column  platform               varchar    where it was said
-- column  published_at           timestamp  when it was said
-- column  author_name            varchar    who said it
-- column  author_followers_count bigint     their followers, as last observed
-- column  text                   varchar    what was said: text, never markup
-- column  url                    varchar    where it stands
-- column  language               varchar    its language
-- column  sentiment_label        varchar    negative, neutral or positive by our model; unknown where not judged
-- grain   item_id, brand
SELECT item_id, brand, platform, published_at, author_name, author_followers_count, text, url, language, sentiment_label
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
ORDER BY published_at DESC, item_id, brand
LIMIT least(greatest($limit::BIGINT, 1), 1000)
