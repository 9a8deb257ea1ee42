-- mention_rows: the mentions of a window, a block of them at a time, in a stable order.
--
-- Rows that are equal in what they are sorted by stand in the order of their keys, so that none comes twice and none is
-- missed. There are as many as mention_rows_count says.
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
-- param   sort_by        varchar    = "published_at"  one of its columns; not all can be sorted by
-- param   descending     boolean    = true            the greatest first; what is unknown comes last either way
-- param   offset         bigint     = 0               how many rows to pass over
-- param   limit          bigint     = 100             at most so many, 1 to 10000
-- param   known_at       timestamp  = now             as it was known then
-- column  item_id                varchar    platform:native id
-- column  brand                  varchar    the measured brand
-- column  platform               varchar    where it was said
-- column  published_at           timestamp  when it was said
-- column  author_name            varchar    who said it
-- column  author_followers_count bigint     their followers, as last observed
-- column  reach_count            bigint     how many it reached, as last observed
-- column  text                   varchar    what was said: text, never markup
-- column  url                    varchar    where it stands
-- column  language               varchar    its language
-- column  region                 varchar    its region
-- column  sentiment_label        varchar    negative, neutral or positive by the judge asked for; unknown where not judged
-- column  sentiment_score        double     -1..1 by our model
-- column  media_type             varchar    picture, video and the like
-- column  source_class           varchar    owned, earned or paid
-- column  parent_id              varchar    the item it answers
-- column  conversation_id        varchar    the conversation it stands in
-- column  case_id                varchar    the newest case about it
-- grain   item_id, brand
WITH chosen AS NOT MATERIALIZED (
    -- what is sorted is narrow: the keys of the block first, then its rows
    SELECT mention_key, published_at,
           CASE $sort_by::VARCHAR
                WHEN 'published_at' THEN epoch_us(published_at)::DOUBLE
                WHEN 'author_followers_count' THEN author_followers_count::DOUBLE
                WHEN 'reach_count' THEN reach_count::DOUBLE
                WHEN 'sentiment_score' THEN sentiment_score
           END AS number,
           CASE $sort_by::VARCHAR
                WHEN 'brand' THEN brand WHEN 'platform' THEN platform WHEN 'language' THEN language
                WHEN 'region' THEN region WHEN 'author_name' THEN author_name WHEN 'media_type' THEN media_type
                WHEN 'source_class' THEN source_class
                WHEN 'sentiment_label'
                THEN CASE $judge::VARCHAR WHEN 'source' THEN source_sentiment ELSE sentiment_label END
                WHEN 'published_at' THEN NULL WHEN 'author_followers_count' THEN NULL WHEN 'reach_count' THEN NULL
                WHEN 'sentiment_score' THEN NULL
                ELSE error('sort_by must be published_at, brand, platform, language, region, author_name, '
                           || 'author_followers_count, reach_count, sentiment_label, sentiment_score, media_type or '
                           || 'source_class, not "' || $sort_by::VARCHAR || '"')
           END AS word
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
words AS (
    -- places instead of words: numbers are sorted several times as fast
    SELECT word, row_number() OVER (ORDER BY word) AS place
    FROM (SELECT DISTINCT word FROM chosen WHERE word IS NOT NULL)
),
block AS (
    SELECT mention_key, published_at, row_number() OVER () AS place
    FROM (
        SELECT mention_key, published_at
        FROM chosen LEFT JOIN words USING (word)
        ORDER BY coalesce(number, place) * CASE WHEN $descending::BOOLEAN THEN -1 ELSE 1 END NULLS LAST, mention_key
        LIMIT least(greatest($limit::BIGINT, 1), 10000)
        OFFSET greatest($offset::BIGINT, 0)
    )
),
rows AS MATERIALIZED (
    -- by the time as well: only the parts of the table that hold these times are read
    SELECT item_key, item_id, brand, platform, published_at, author_name, author_followers_count, reach_count, text, url,
           language, region,
           CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label WHEN 'source' THEN source_sentiment
                ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END AS sentiment_label,
           sentiment_score, media_type, source_class, parent_id, conversation_id, place
    FROM mentions JOIN block USING (mention_key, published_at)
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
),
about AS (
    SELECT item_key, arg_max(case_id, row(opened_at, case_id)) AS case_id
    FROM cases SEMI JOIN rows USING (item_key)
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
    GROUP BY item_key
)
SELECT item_id, brand, platform, published_at, author_name, author_followers_count, reach_count, text, url, language,
       region, sentiment_label, sentiment_score, media_type, source_class, parent_id, conversation_id, case_id
FROM rows LEFT JOIN about USING (item_key)
ORDER BY place
