-- remove_token: a program's token is good no more.
DELETE FROM tokens WHERE person = $person::VARCHAR AND name = $name::VARCHAR
