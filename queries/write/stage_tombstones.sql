-- stage_tombstones: the deletions of a batch that say something new and have something to say it of.
--
-- One that matches nothing is remembered all the same, unless its source keeps the order of things. Joined from the
-- large tables to the few deletions: the other way round each batch would hash all of history.
CREATE OR REPLACE TEMP TABLE staged_tombs AS
WITH wanted AS (
    SELECT tombs.tomb_key, tombs.is_author, tombs.deleted_at, tombs.is_ordered
    FROM tomb_batch AS tombs
    LEFT JOIN tombstones AS known ON known.tomb_key = tombs.tomb_key AND known.is_author = tombs.is_author
    WHERE known.tomb_key IS NULL OR known.deleted_at < tombs.deleted_at
),
ordered AS (
    SELECT tomb_key, is_author FROM wanted WHERE is_ordered
),
met AS (
    SELECT tomb_key, is_author FROM mentions JOIN ordered ON item_key = tomb_key WHERE NOT is_author
    UNION
    SELECT tomb_key, is_author FROM mention_batch JOIN ordered ON item_key = tomb_key WHERE NOT is_author
    UNION
    SELECT tomb_key, is_author FROM case_events JOIN ordered ON item_key = tomb_key WHERE NOT is_author
    UNION
    SELECT tomb_key, is_author FROM cases JOIN ordered ON item_key = tomb_key WHERE NOT is_author
    UNION
    SELECT tomb_key, is_author FROM mentions JOIN ordered ON author_key = tomb_key WHERE is_author
    UNION
    SELECT tomb_key, is_author FROM mention_batch JOIN ordered ON author_key = tomb_key WHERE is_author
)
SELECT wanted.tomb_key, wanted.is_author, wanted.deleted_at
FROM wanted LEFT JOIN met USING (tomb_key, is_author)
WHERE NOT wanted.is_ordered OR met.tomb_key IS NOT NULL
