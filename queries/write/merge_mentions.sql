-- merge_mentions: close the versions that have changed, keep the latest observation of counters.
-- One action for both, since a lake's MERGE takes a single UPDATE. An observation made earlier than ours is no news.
MERGE INTO mentions AS known
USING (SELECT * FROM staged WHERE fate IN ('changed', 'counted')) AS batch
ON known.mention_key = batch.mention_key AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET
    known_until_at = CASE batch.fate WHEN 'changed' THEN $known_at::TIMESTAMP ELSE known.known_until_at END,
    updated_at = CASE batch.fate WHEN 'counted' THEN batch.updated_at ELSE known.updated_at END,
    sequence = CASE batch.fate WHEN 'counted' THEN batch.sequence ELSE known.sequence END,
    observed_at = CASE WHEN batch.fate = 'counted' AND NOT coalesce(batch.observed_at < known.observed_at, false)
        THEN coalesce(batch.observed_at, known.observed_at)
        ELSE known.observed_at END,
    author_followers_count = CASE WHEN batch.fate = 'counted' AND NOT coalesce(batch.observed_at < known.observed_at, false)
        THEN coalesce(batch.author_followers_count, known.author_followers_count)
        ELSE known.author_followers_count END,
    reach_count = CASE WHEN batch.fate = 'counted' AND NOT coalesce(batch.observed_at < known.observed_at, false)
        THEN coalesce(batch.reach_count, known.reach_count)
        ELSE known.reach_count END
