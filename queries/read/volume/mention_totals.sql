-- mention_totals: a window in seven numbers, beside the window of the same length before it.
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
-- column  mentions_count                bigint    mentions: an item that names two brands counts twice
-- column  items_count                   bigint    different posts or articles
-- column  unique_texts_count            bigint    different texts: case, links, handles and spacing left out
-- column  authors_count                 bigint    different known authors
-- column  negative_share                double    negative / judged; unknown when nothing was judged
-- column  net_sentiment                 double    (positive - negative) / judged, -1..1
-- column  potential_reach_count         bigint    followers of the different authors, an upper bound; unknown when no follower count is
-- column  mentions_count_before         bigint    the same in the window before
-- column  items_count_before            bigint    the same in the window before
-- column  unique_texts_count_before     bigint    the same in the window before
-- column  authors_count_before          bigint    the same in the window before
-- column  negative_share_before         double    the same in the window before
-- column  net_sentiment_before          double    the same in the window before
-- column  potential_reach_count_before  bigint    the same in the window before
-- grain   one row
WITH chosen AS NOT MATERIALIZED (
    SELECT published_at >= $since::TIMESTAMP AS is_now,
           item_key, text_key, author_key, author_followers_count,
           CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label WHEN 'source' THEN source_sentiment
                ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END AS label
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
counts AS (
    SELECT count(*) FILTER (is_now) AS mentions_now,
           count(*) FILTER (NOT is_now) AS mentions_before,
           count(DISTINCT item_key) FILTER (is_now) AS items_now,
           count(DISTINCT item_key) FILTER (NOT is_now) AS items_before,
           count(DISTINCT text_key) FILTER (is_now) AS texts_now,
           count(DISTINCT text_key) FILTER (NOT is_now) AS texts_before,
           count(*) FILTER (is_now AND label = 'negative') AS negative_now,
           count(*) FILTER (is_now AND label = 'positive') AS positive_now,
           count(*) FILTER (is_now AND label IS NOT NULL) AS judged_now,
           count(*) FILTER (NOT is_now AND label = 'negative') AS negative_before,
           count(*) FILTER (NOT is_now AND label = 'positive') AS positive_before,
           count(*) FILTER (NOT is_now AND label IS NOT NULL) AS judged_before
    FROM chosen
),
authors AS (
    -- one group per author for both windows: grouping by window too takes twice as long
    SELECT bool_or(is_now) AS spoke_now, bool_or(NOT is_now) AS spoke_before,
           max(author_followers_count) FILTER (is_now) AS followers_now,
           max(author_followers_count) FILTER (NOT is_now) AS followers_before
    FROM chosen
    WHERE author_key IS NOT NULL
    GROUP BY author_key
),
reach AS (
    SELECT count(*) FILTER (spoke_now) AS authors_now, count(*) FILTER (spoke_before) AS authors_before,
           sum(followers_now) AS reach_now, sum(followers_before) AS reach_before
    FROM authors
)
SELECT mentions_now::BIGINT AS mentions_count,
       items_now::BIGINT AS items_count,
       texts_now::BIGINT AS unique_texts_count,
       authors_now::BIGINT AS authors_count,
       (negative_now / nullif(judged_now, 0))::DOUBLE AS negative_share,
       ((positive_now - negative_now) / nullif(judged_now, 0))::DOUBLE AS net_sentiment,
       reach_now::BIGINT AS potential_reach_count,
       mentions_before::BIGINT AS mentions_count_before,
       items_before::BIGINT AS items_count_before,
       texts_before::BIGINT AS unique_texts_count_before,
       authors_before::BIGINT AS authors_count_before,
       (negative_before / nullif(judged_before, 0))::DOUBLE AS negative_share_before,
       ((positive_before - negative_before) / nullif(judged_before, 0))::DOUBLE AS net_sentiment_before,
       reach_before::BIGINT AS potential_reach_count_before
FROM counts, reach
