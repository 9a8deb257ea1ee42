-- remove_person: a person goes, with what was opened and made in the name.
DELETE FROM sessions WHERE person = $name::VARCHAR;
DELETE FROM tokens WHERE person = $name::VARCHAR;
DELETE FROM people WHERE name = $name::VARCHAR;
