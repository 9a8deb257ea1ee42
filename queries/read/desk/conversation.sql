-- conversation: the posts a post stands among, in the order of time.
--
-- Together are the posts that name the same conversation, and its root; where none is named, those that answer each
-- other. What nobody collected is missing; a post that answers one of those stands at depth 0.
--
-- tick    5s
-- param   item_id    varchar                    platform:native id
-- param   limit      bigint     = 500           at most so many, 1 to 1000, the oldest
-- param   judge      varchar    = "watchfloor"  whose judgement: watchfloor or source
-- param   known_at   timestamp  = now           as it was known then
-- column  item_id                varchar    platform:native id
-- column  parent_id              varchar    the item it answers
-- column  depth                  bigint     how many answers deep, from 0
-- column  is_asked               boolean    the post that was asked about
-- column  published_at           timestamp  when it was said
-- column  platform               varchar    where it was said
-- column  brands                 varchar    the measured brands it names, with commas between
-- column  author_name            varchar    who said it
-- column  author_followers_count bigint     their followers, as last observed
-- column  text                   varchar    what was said: text, never markup
-- column  url                    varchar    where it stands
-- column  language               varchar    its language
-- column  sentiment_label        varchar    by the judge asked for; unknown where not judged
-- column  source_class           varchar    owned, earned or paid
-- grain   item_id
WITH RECURSIVE known AS MATERIALIZED (
    SELECT item_id, parent_id, conversation_id
    FROM mentions
    WHERE (parent_id IS NOT NULL OR conversation_id IS NOT NULL OR item_id = $item_id::VARCHAR)
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
),
links AS MATERIALIZED (
    -- who answers whom where no conversation is named, in both directions
    SELECT item_id AS here, parent_id AS there FROM known WHERE parent_id IS NOT NULL AND conversation_id IS NULL
    UNION
    SELECT parent_id AS here, item_id AS there FROM known WHERE parent_id IS NOT NULL AND conversation_id IS NULL
),
family AS (
    SELECT item_id FROM known WHERE item_id = $item_id::VARCHAR
    UNION
    SELECT there AS item_id FROM family JOIN links ON here = family.item_id
),
roots AS (
    SELECT item_id AS root FROM family
    UNION
    SELECT conversation_id FROM known SEMI JOIN family USING (item_id) WHERE conversation_id IS NOT NULL
),
members AS MATERIALIZED (
    -- a post that names several brands is one post
    SELECT item_id, string_agg(brand, ', ' ORDER BY brand) AS brands,
           arg_min({'parent_id': parent_id, 'published_at': published_at, 'platform': platform,
                    'author_name': author_name, 'author_followers_count': author_followers_count, 'text': text,
                    'url': url, 'language': language, 'source_class': source_class,
                    'label': CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label
                             WHEN 'source' THEN source_sentiment
                             ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END},
                   mention_key) AS post
    FROM mentions
    WHERE (conversation_id IN (SELECT root FROM roots) OR item_id IN (SELECT root FROM roots))
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
    GROUP BY item_id
),
tree AS (
    SELECT item_id, 0 AS depth
    FROM members
    WHERE post.parent_id IS NULL OR post.parent_id NOT IN (SELECT item_id FROM members)
    UNION ALL
    SELECT members.item_id, depth + 1
    FROM members JOIN tree ON post.parent_id = tree.item_id
)
SELECT members.item_id, post.parent_id AS parent_id,
       -- posts that answer each other in a ring have no depth of their own
       coalesce(depth, 0)::BIGINT AS depth,
       members.item_id = $item_id::VARCHAR AS is_asked,
       post.published_at AS published_at, post.platform AS platform, brands, post.author_name AS author_name,
       post.author_followers_count AS author_followers_count, post.text AS text, post.url AS url,
       post.language AS language, post.label AS sentiment_label, post.source_class AS source_class
FROM members LEFT JOIN tree USING (item_id)
ORDER BY published_at, item_id
LIMIT least(greatest($limit::BIGINT, 1), 1000)
