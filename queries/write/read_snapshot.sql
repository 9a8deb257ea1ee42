-- read_snapshot: the newest version of a week, with "" of the newest week there is; with an inputs_hash that version.
SELECT week, since_at, until_at, made_at, revision, inputs_hash, html
FROM snapshots
WHERE ($week::VARCHAR = '' OR week = $week::VARCHAR)
  AND ($inputs_hash::VARCHAR = '' OR inputs_hash = $inputs_hash::VARCHAR)
ORDER BY until_at DESC, made_at DESC, revision DESC
LIMIT 1
