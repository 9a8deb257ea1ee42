-- item_mentions: what one post is to each measured brand it names.
--
-- tick    5s
-- param   item_id    varchar                    platform:native id
-- param   judge      varchar    = "watchfloor"  whose judgement: watchfloor or source
-- param   known_at   timestamp  = now           as it was known then
-- column  item_id                varchar    platform:native id
-- column  brand                  varchar    the measured brand
-- column  platform               varchar    where it was said
-- column  published_at           timestamp  when it was said
-- column  edited_at              timestamp  when it was last changed
-- column  author_name            varchar    who said it
-- column  author_followers_count bigint     their followers, as last observed
-- column  reach_count            bigint     how many it reached, as last observed
-- column  text                   varchar    what was said: text, never markup
-- column  url                    varchar    where it stands
-- column  language               varchar    its language
-- column  region                 varchar    its region
-- column  sentiment_label        varchar    negative, neutral or positive by the judge asked for
-- column  sentiment_score        double     -1..1 by our model
-- column  sentiment_model        varchar    which model that was
-- column  source_sentiment       varchar    what the source says
-- column  media_type             varchar    picture, video and the like
-- column  source_class           varchar    owned, earned or paid
-- column  parent_id              varchar    the item it answers
-- column  conversation_id        varchar    the conversation it stands in
-- column  source                 varchar    the [[source]] that brought it
-- grain   item_id, brand
SELECT item_id, brand, platform, published_at, edited_at, author_name, author_followers_count, reach_count, text, url,
       language, region,
       CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label WHEN 'source' THEN source_sentiment
            ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END AS sentiment_label,
       sentiment_score, sentiment_model, source_sentiment, media_type, source_class, parent_id, conversation_id, source
FROM mentions
WHERE item_id = $item_id::VARCHAR
  AND known_from_at <= $known_at::TIMESTAMP
  AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
  AND NOT is_drill
ORDER BY brand
