-- insert_mentions: the new rows, and the new versions of changed ones.
INSERT INTO mentions BY NAME
SELECT * EXCLUDE (fate), $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM staged
WHERE fate IN ('new', 'changed')
ORDER BY published_at
