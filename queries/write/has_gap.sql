-- has_gap: whether a span is known to be unseen as far as this.
SELECT count(*) > 0 FROM gaps WHERE gap_key = $gap_key::BIGINT AND until_at >= $until_at::TIMESTAMP
