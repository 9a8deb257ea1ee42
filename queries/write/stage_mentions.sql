-- stage_mentions: what each row of a batch is to the rows already known.
--
-- The match runs over the 64-bit key alone and over all of history: a post whose time is read differently today
-- (another zone in the mapping, an edited review) is still the same post and must not be counted twice.
-- erased: deleted at its source since it was written. same: nothing new, or older than what is known.
CREATE OR REPLACE TEMP TABLE staged AS
WITH outdated AS (
    -- of items whose text alone says their brands: a newer version is, or was, known, and did not name this one
    SELECT batch.mention_key
    FROM mention_batch AS batch
    SEMI JOIN whole_batch USING (item_key)
    JOIN mentions AS later USING (item_key)
    WHERE later.updated_at > batch.updated_at
       OR (later.updated_at = batch.updated_at
           AND (later.sequence > batch.sequence
                OR (later.mention_key = batch.mention_key
                    AND later.sequence IS NOT DISTINCT FROM batch.sequence)))
)
SELECT batch.*,
       CASE
           WHEN coalesce(batch.updated_at, batch.published_at) <= greatest(item_tomb.deleted_at, author_tomb.deleted_at)
               THEN 'erased'
           WHEN known.mention_key IS NULL AND batch.mention_key IN (SELECT mention_key FROM outdated) THEN 'same'
           WHEN known.mention_key IS NULL THEN 'new'
           WHEN known.updated_at IS NOT NULL AND batch.updated_at IS NULL THEN 'same'
           WHEN batch.updated_at < known.updated_at
             OR (batch.updated_at = known.updated_at AND batch.sequence < known.sequence) THEN 'same'
           WHEN batch.content_hash <> known.content_hash THEN 'changed'
           WHEN batch.updated_at IS DISTINCT FROM known.updated_at
             OR (batch.sequence IS NOT NULL AND batch.sequence IS DISTINCT FROM known.sequence) THEN 'counted'
           WHEN batch.observed_at < known.observed_at THEN 'same'
           WHEN (batch.author_followers_count IS NOT NULL
                 AND batch.author_followers_count IS DISTINCT FROM known.author_followers_count)
             OR (batch.reach_count IS NOT NULL AND batch.reach_count IS DISTINCT FROM known.reach_count) THEN 'counted'
           ELSE 'same'
       END AS fate
FROM mention_batch AS batch
LEFT JOIN (
    SELECT mention_key, updated_at, sequence, observed_at, content_hash, author_followers_count, reach_count
    FROM mentions
    WHERE known_until_at IS NULL
) AS known USING (mention_key)
LEFT JOIN tombstones AS item_tomb ON item_tomb.tomb_key = batch.item_key AND NOT item_tomb.is_author
LEFT JOIN tombstones AS author_tomb ON author_tomb.tomb_key = batch.author_key AND author_tomb.is_author
