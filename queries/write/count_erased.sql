-- count_erased: how many current mentions the staged deletions take away.
SELECT count(*)
FROM mentions JOIN erasure USING (item_key)
WHERE mentions.known_until_at IS NULL
  AND coalesce(mentions.updated_at, mentions.published_at) <= erasure.deleted_at
