-- bump_revision: what a question can answer has changed.
UPDATE revision SET revision = revision + 1, known_at = $known_at::TIMESTAMP
