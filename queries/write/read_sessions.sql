-- read_sessions: who is signed in.
SELECT session_hash, person, created_at, expires_at FROM sessions
