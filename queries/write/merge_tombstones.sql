-- merge_tombstones: what was deleted, each once, with its latest deletion.
MERGE INTO tombstones AS known
USING staged_tombs AS staged
ON known.tomb_key = staged.tomb_key AND known.is_author = staged.is_author
WHEN MATCHED THEN UPDATE SET deleted_at = staged.deleted_at
WHEN NOT MATCHED THEN INSERT (tomb_key, is_author, deleted_at, source, known_from_at)
    VALUES (staged.tomb_key, staged.is_author, staged.deleted_at, $source::VARCHAR, $known_at::TIMESTAMP)
