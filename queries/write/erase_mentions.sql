-- erase_mentions: text and author go from every version, and no answer at whatever known_at finds one again: the span
-- in which a version was known becomes empty. A version newer than the deletion stays.
MERGE INTO mentions AS known
USING erasure AS taken
ON known.item_key = taken.item_key
   AND coalesce(known.updated_at, known.published_at) <= taken.deleted_at
   AND (known.text IS NOT NULL OR known.known_until_at IS NULL)
WHEN MATCHED THEN UPDATE SET
    text = NULL, search_text = NULL, url = NULL, author_id = NULL, author_name = NULL, author_followers_count = NULL,
    author_key = NULL, text_key = NULL, known_until_at = known.known_from_at
