-- top_items: the posts most people passed on or could see; a text that many copied is one.
--
-- Posts of one text (case, links, handles and spacing left out) are one item, told by its most followed author's post.
-- Texts of fewer than 25 letters are said by many without copying: each is its own.
--
-- tick    60s
-- param   since          timestamp                   inclusive
-- param   until          timestamp                   exclusive
-- param   brands         varchar[]  = []              empty list means all
-- param   platforms      varchar[]  = []              empty list means all
-- param   languages      varchar[]  = []              empty list means all
-- param   regions        varchar[]  = []              empty list means all
-- param   limit          bigint     = 10              at most so many, 1 to 100
-- param   known_at       timestamp  = now             as it was known then
-- column  item_id                varchar    platform:native id
-- column  brand                  varchar    the measured brands it names, with a comma between
-- column  platform               varchar    where it was said
-- column  published_at           timestamp  when it was said
-- column  author_name            varchar    who said it
-- column  author_followers_count bigint     their followers, as last observed
-- column  spread_count           bigint     different authors of the same text; an unknown author is one per post
-- column  platforms_count        bigint     different platforms it stands on
-- column  text                   varchar    what was said: text, never markup
-- column  url                    varchar    where it stands
-- column  sentiment_label        varchar    negative, neutral or positive by our model; unknown where not judged
-- grain   item_id
WITH chosen AS (
    SELECT item_id, brand, platform, published_at, author_name, author_followers_count, text, url, sentiment_label,
           coalesce(author_key, item_key) AS who,
           CASE WHEN length(regexp_replace(text, 'https?://\S+|@\w+|\s+', '', 'g')) >= 25 THEN text_key
                ELSE item_key END AS said
    FROM mentions
    WHERE published_at >= $since::TIMESTAMP AND published_at < $until::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
      AND (len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], language))
      AND (len($regions::VARCHAR[]) = 0 OR list_contains($regions::VARCHAR[], region))
),
spread AS (
    SELECT said, count(DISTINCT who) AS authors, count(DISTINCT platform) AS places,
           string_agg(DISTINCT brand, ', ' ORDER BY brand) AS brands, max(author_followers_count) AS followers
    FROM chosen
    GROUP BY said
),
loudest AS (
    SELECT said, authors, places, brands
    FROM spread
    ORDER BY authors DESC, followers DESC NULLS LAST, said
    LIMIT least(greatest($limit::BIGINT, 1), 100)
)
SELECT item_id, brands AS brand, platform, published_at, author_name, author_followers_count,
       authors::BIGINT AS spread_count,
       places::BIGINT AS platforms_count,
       text, url, sentiment_label
FROM chosen JOIN loudest USING (said)
QUALIFY row_number() OVER (PARTITION BY said ORDER BY author_followers_count DESC NULLS LAST, published_at, item_id, chosen.brand) = 1
ORDER BY spread_count DESC, author_followers_count DESC NULLS LAST, item_id
