-- set_person_password: another password; whoever is signed in with the old one is so no more.
UPDATE people SET password_hash = $password_hash::VARCHAR WHERE name = $name::VARCHAR;
DELETE FROM sessions WHERE person = $name::VARCHAR;
