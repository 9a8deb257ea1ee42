-- count_outdated: how many current mentions are of a brand that a newer version of their item no longer names.
SELECT count(*)
FROM mentions AS known JOIN whole_batch AS batch USING (item_key)
WHERE known.known_until_at IS NULL
  AND NOT list_contains(batch.brands, known.brand)
  AND (known.updated_at IS NULL OR known.updated_at < batch.updated_at
       OR (known.updated_at = batch.updated_at AND known.sequence < batch.sequence))
