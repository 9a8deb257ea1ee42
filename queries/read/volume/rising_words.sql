-- rising_words: which words stand out now against a time before: why it is loud.
--
-- Fightin' Words (Monroe, Colaresi, Quinn 2008): log-odds with an informative Dirichlet prior. y is how many different
-- authors used a word in a window, n the sum of all y of that window, a = prior_share * (y now + y before);
-- delta = ln((y+a)/(n+a0-y-a)) now less the same before, z = delta / sqrt(1/(y+a) now + 1/(y+a) before). One author
-- counts once however often they write, so that one loud account does not make a topic; an unknown author is one per
-- post. Words are hashtags, single words of three letters or more, and pairs of neighbours; links, handles and numbers
-- are none. Where a script puts no spaces, runs of Han (2 letters or more) and katakana (3) are words, and hashtags.
-- Of words that stand in the same mentions (more than half of those that hold either) only the strongest comes back.
-- Without anything before, nothing stands out.
--
-- tick    60s
-- param   since          timestamp                   inclusive
-- param   until          timestamp                   exclusive
-- param   against_since  timestamp                   the time before: inclusive
-- param   against_until  timestamp                   exclusive
-- param   brands         varchar[]  = []              empty list means all
-- param   platforms      varchar[]  = []              empty list means all
-- param   languages      varchar[]  = []              empty list means all
-- param   regions        varchar[]  = []              empty list means all
-- param   without        varchar[]  = []              words left out, small letters, with the pairs they stand in
-- param   stop_words     varchar[]  = []              the same, for words that say nothing of themselves
-- param   least_count    bigint     = 3               so many different authors now, or more
-- param   least_z        double     = 2.0             so far out, or more
-- param   prior_share    double     = 0.1             the prior's weight: a0 / (n now + n before)
-- param   limit          bigint     = 20              at most so many, 1 to 50
-- param   known_at       timestamp  = now             as it was known then
-- column  word                  varchar   the hashtag, word or pair, in small letters
-- column  kind                  varchar   hashtag, pair or word
-- column  mentions_count        bigint    mentions now that hold it
-- column  mentions_before_count bigint    mentions before that hold it
-- column  authors_count         bigint    different authors now who used it
-- column  authors_before_count  bigint    different authors before who used it
-- column  times_usual           double    its share of all mentions now / the same before; unknown where it is new
-- column  z_score               double    how far out it stands, in standard errors
-- column  example_item_id       varchar   a post now that holds it, no stronger word if there is such a post, and most others
-- column  example_platform      varchar   where it was said
-- column  example_text          varchar   what it says: text, never markup
-- grain   word
WITH left_out AS MATERIALIZED (
    SELECT DISTINCT unnest(list_concat($without::VARCHAR[], $stop_words::VARCHAR[])) AS token
),
chosen AS MATERIALIZED (
    SELECT row_number() OVER () AS mention, published_at >= $since::TIMESTAMP AND published_at < $until::TIMESTAMP AS is_now,
           item_id, platform, published_at, coalesce(author_key, item_key) AS who, text
    FROM mentions
    WHERE published_at >= least($since::TIMESTAMP, $against_since::TIMESTAMP)
      AND published_at < greatest($until::TIMESTAMP, $against_until::TIMESTAMP)
      AND (published_at >= $since::TIMESTAMP AND published_at < $until::TIMESTAMP
           OR published_at >= $against_since::TIMESTAMP AND published_at < $against_until::TIMESTAMP)
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
      AND (len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], language))
      AND (len($regions::VARCHAR[]) = 0 OR list_contains($regions::VARCHAR[], region))
),
split AS MATERIALIZED (
    -- links, handles and what stands between sentences are tokens too, which keep the words beside them apart
    SELECT mention, is_now, who,
           regexp_extract_all(
               replace(lower(text), '’', ''''),
               'https?://\S+|@[\w.]+|#[\p{L}\p{M}\p{N}_]+|\p{Han}+|[\p{Katakana}ー]+|\p{Hiragana}+|[\p{L}\p{M}\p{N}]+(?:[''-][\p{L}\p{M}\p{N}]+)*|[.!?;:,\n]'
           ) AS tokens
    FROM chosen
),
numbered AS MATERIALIZED (
    -- numbers instead of words from here on: they are joined faster
    SELECT mention, is_now, who, unnest(numbers) AS number, unnest(list_append(numbers[2:], 0)) AS after
    FROM (SELECT mention, is_now, who, list_transform(tokens, lambda token: hash(token)) AS numbers FROM split)
),
spelled AS (
    SELECT token, hash(token) AS number FROM (SELECT DISTINCT unnest(tokens) AS token FROM split)
),
tokens AS MATERIALIZED (
    -- by its first letter: 1 a hashtag, 2 a word, 3 a word too short to stand alone; what is left is none
    SELECT number, token,
           CASE WHEN unicode(token) = 35 THEN CASE WHEN length(token) > 2 THEN 1 END
                WHEN unicode(token) < 97 OR contains(token, '://') THEN NULL
                WHEN unicode(token) BETWEEN 12353 AND 12447 THEN NULL
                WHEN unicode(token) BETWEEN 13312 AND 40959 THEN CASE WHEN length(token) > 1 THEN 2 END
                WHEN length(token) > 2 THEN 2
                WHEN length(token) > 1 THEN 3 END AS shape
    FROM spelled
    WHERE token NOT IN (FROM left_out) AND ltrim(token, '#') NOT IN (FROM left_out)
),
uses AS MATERIALIZED (
    SELECT mention, is_now, who, number AS word
    FROM numbered JOIN tokens USING (number)
    WHERE shape IN (1, 2)
    UNION ALL
    SELECT mention, is_now, who, hash(number, after) AS word
    FROM numbered JOIN tokens AS one USING (number) JOIN tokens AS next ON next.number = after
    WHERE one.shape IN (2, 3) AND next.shape IN (2, 3)
),
people AS MATERIALIZED (
    SELECT word, count(*) FILTER (is_now) AS y_now, count(*) FILTER (NOT is_now) AS y_before
    FROM (SELECT DISTINCT word, is_now, who FROM uses)
    GROUP BY word
),
sizes AS (
    SELECT sum(y_now) AS n_now, sum(y_before) AS n_before, $prior_share::DOUBLE * (sum(y_now) + sum(y_before)) AS a0
    FROM people
),
priors AS (
    SELECT word, y_now, y_before, n_now, n_before, a0, $prior_share::DOUBLE * (y_now + y_before) AS a
    FROM people, sizes
    WHERE y_now >= greatest($least_count::BIGINT, 1)
),
scored AS (
    SELECT word, y_now, y_before,
           (ln((y_now + a) / (n_now + a0 - y_now - a)) - ln((y_before + a) / (n_before + a0 - y_before - a)))
           / sqrt(1 / (y_now + a) + 1 / (y_before + a)) AS z
    FROM priors
    -- a word that is all there is has no odds
    WHERE y_now + y_before < n_now + n_before
),
strongest AS MATERIALIZED (
    SELECT word, y_now, y_before, z
    FROM scored
    WHERE z >= $least_z::DOUBLE
    ORDER BY z DESC, word
    LIMIT 150
),
held AS MATERIALIZED (
    SELECT DISTINCT word, is_now, mention FROM uses SEMI JOIN strongest USING (word)
),
loudness AS (
    SELECT count(*) FILTER (is_now) AS all_now, count(*) FILTER (NOT is_now) AS all_before FROM chosen
),
mentioned AS (
    SELECT word, count(*) FILTER (is_now) AS mentions_now, count(*) FILTER (NOT is_now) AS mentions_before
    FROM held
    GROUP BY word
),
written AS (
    SELECT number AS word, token AS text, CASE WHEN shape = 1 THEN 'hashtag' ELSE 'word' END AS kind FROM tokens
    UNION ALL
    SELECT hash(number, after), one.token || ' ' || next.token, 'pair'
    FROM (SELECT DISTINCT number, after FROM numbered SEMI JOIN strongest ON strongest.word = hash(number, after) WHERE is_now)
    JOIN tokens AS one USING (number) JOIN tokens AS next ON next.number = after
),
ranked AS MATERIALIZED (
    SELECT word, text, kind, y_now, y_before, z,
           row_number() OVER (ORDER BY z DESC, kind = 'hashtag' DESC, kind = 'pair' DESC, text) AS place
    FROM strongest JOIN written USING (word)
),
now_held AS MATERIALIZED (
    SELECT word, place, z, mention FROM held JOIN ranked USING (word) WHERE is_now
),
covered AS (
    SELECT weak.word
    FROM now_held AS weak JOIN now_held AS strong ON strong.mention = weak.mention AND strong.place < weak.place
    JOIN mentioned AS all_weak ON all_weak.word = weak.word
    JOIN mentioned AS all_strong ON all_strong.word = strong.word
    GROUP BY weak.word, strong.word, all_weak.mentions_now, all_strong.mentions_now
    HAVING 2 * count(*) > all_weak.mentions_now + all_strong.mentions_now - count(*)
),
weighed AS (
    SELECT word, mention, sum(z) OVER (PARTITION BY mention) AS weight,
           row_number() OVER (PARTITION BY mention ORDER BY place) AS stronger
    FROM now_held
),
examples AS (
    SELECT word, item_id, platform, text AS said
    FROM weighed JOIN chosen USING (mention)
    QUALIFY row_number() OVER (PARTITION BY word ORDER BY stronger, weight DESC, published_at DESC, item_id) = 1
)
SELECT text AS word, kind,
       mentions_now::BIGINT AS mentions_count,
       mentions_before::BIGINT AS mentions_before_count,
       y_now::BIGINT AS authors_count,
       y_before::BIGINT AS authors_before_count,
       ((mentions_now / all_now) / (nullif(mentions_before, 0) / all_before))::DOUBLE AS times_usual,
       z::DOUBLE AS z_score,
       item_id AS example_item_id,
       platform AS example_platform,
       said AS example_text
FROM ranked JOIN mentioned USING (word) JOIN examples USING (word), loudness
WHERE word NOT IN (SELECT word FROM covered)
ORDER BY z_score DESC, place
LIMIT least(greatest($limit::BIGINT, 1), 50)
