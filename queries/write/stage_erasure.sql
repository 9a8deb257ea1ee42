-- stage_erasure: the items the staged deletions take away, those of deleted authors included.
CREATE OR REPLACE TEMP TABLE erasure AS
SELECT item_key, max(deleted_at) AS deleted_at
FROM (
    SELECT tomb_key AS item_key, deleted_at FROM staged_tombs WHERE NOT is_author
    UNION ALL
    SELECT mentions.item_key, staged_tombs.deleted_at
    FROM mentions JOIN staged_tombs ON mentions.author_key = staged_tombs.tomb_key AND staged_tombs.is_author
) AS taken
GROUP BY item_key
