-- read_revision: the current revision and when it became known.
SELECT revision, known_at FROM revision
