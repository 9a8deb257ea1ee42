-- insert_mentions: the new rows, and the new versions of changed ones, which keep counters observed later than theirs.
INSERT INTO mentions BY NAME
SELECT staged.* EXCLUDE (fate) REPLACE (
           CASE WHEN is_older THEN last.observed_at ELSE coalesce(staged.observed_at, last.observed_at) END AS observed_at,
           CASE WHEN is_older THEN coalesce(last.author_followers_count, staged.author_followers_count)
                ELSE coalesce(staged.author_followers_count, last.author_followers_count) END AS author_followers_count,
           CASE WHEN is_older THEN coalesce(last.reach_count, staged.reach_count)
                ELSE coalesce(staged.reach_count, last.reach_count) END AS reach_count),
       lower(nfc_normalize(staged.text)) AS search_text,
       $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM staged
LEFT JOIN (
    -- the version merge_mentions closed a moment ago
    SELECT mention_key, observed_at, author_followers_count, reach_count
    FROM mentions WHERE known_until_at = $known_at::TIMESTAMP AND known_from_at < known_until_at
) AS last ON last.mention_key = staged.mention_key AND staged.fate = 'changed'
CROSS JOIN LATERAL (SELECT coalesce(staged.observed_at < last.observed_at, false) AS is_older) AS compared
WHERE fate IN ('new', 'changed')
ORDER BY published_at
