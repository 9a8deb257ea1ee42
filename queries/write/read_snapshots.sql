-- read_snapshots: every page there is, without the pages themselves, the newest week first and of each its versions.
SELECT week, since_at, until_at, made_at, revision, inputs_hash
FROM snapshots
ORDER BY until_at DESC, made_at DESC, revision DESC
