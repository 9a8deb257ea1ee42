-- move_session: a screen stays signed in for longer.
UPDATE sessions SET expires_at = $expires_at::TIMESTAMP WHERE session_hash = $session_hash::VARCHAR
