-- stage_mentions: what each row of a batch is to the rows already known.
--
-- The match runs over the 64-bit key alone and over all of history: a post whose time is read differently today
-- (another zone in the mapping, an edited review) is still the same post and must not be counted twice.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT batch.*,
       CASE
           WHEN known.mention_key IS NULL THEN 'new'
           WHEN batch.edited_at < known.edited_at THEN 'same'
           WHEN batch.content_hash <> known.content_hash THEN 'changed'
           WHEN (batch.author_followers_count IS NOT NULL
                 AND batch.author_followers_count IS DISTINCT FROM known.author_followers_count)
             OR (batch.reach_count IS NOT NULL AND batch.reach_count IS DISTINCT FROM known.reach_count) THEN 'counted'
           ELSE 'same'
       END AS fate
FROM batch
LEFT JOIN (
    SELECT mention_key, edited_at, content_hash, author_followers_count, reach_count
    FROM mentions
    WHERE known_until_at IS NULL
) AS known USING (mention_key)
