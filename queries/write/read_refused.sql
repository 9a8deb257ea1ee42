-- read_refused: refused rows of a source, oldest first, to be tried again.
SELECT refusal_key, reason, sentence, raw, file, line, native_id, field
FROM refused_rows
WHERE source = $source::VARCHAR AND ($reason::VARCHAR IS NULL OR reason = $reason::VARCHAR)
ORDER BY refused_at, refusal_key
LIMIT $most::BIGINT
