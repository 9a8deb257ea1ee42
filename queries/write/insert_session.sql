-- insert_session: somebody has signed in.
INSERT INTO sessions BY NAME
SELECT $session_hash::VARCHAR AS session_hash, $person::VARCHAR AS person, $at::TIMESTAMP AS created_at,
       $expires_at::TIMESTAMP AS expires_at
