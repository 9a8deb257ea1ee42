-- set_person_role: another role, from the next request on.
UPDATE people SET role = $role::VARCHAR WHERE name = $name::VARCHAR
