-- remove_session: somebody has signed out.
DELETE FROM sessions WHERE session_hash = $session_hash::VARCHAR
