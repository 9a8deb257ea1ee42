-- stage_tombstones: the deletions of a batch that say something new and have something to say it of.
--
-- One that matches nothing is remembered all the same, unless its source keeps the order of things.
CREATE OR REPLACE TEMP TABLE staged_tombs AS
SELECT tombs.tomb_key, tombs.is_author, tombs.deleted_at
FROM tomb_batch AS tombs
LEFT JOIN tombstones AS known ON known.tomb_key = tombs.tomb_key AND known.is_author = tombs.is_author
WHERE (known.tomb_key IS NULL OR known.deleted_at < tombs.deleted_at)
  AND (NOT tombs.is_ordered
       OR (NOT tombs.is_author AND (tombs.tomb_key IN (SELECT item_key FROM mentions)
                                    OR tombs.tomb_key IN (SELECT item_key FROM mention_batch)
                                    OR tombs.tomb_key IN (SELECT item_key FROM case_events WHERE item_key IS NOT NULL)))
       OR (tombs.is_author AND (tombs.tomb_key IN (SELECT author_key FROM mentions WHERE author_key IS NOT NULL)
                                OR tombs.tomb_key IN (SELECT author_key FROM mention_batch WHERE author_key IS NOT NULL))))
