-- insert_person: one more who may look.
INSERT INTO people BY NAME
SELECT $name::VARCHAR AS name, $role::VARCHAR AS role, $password_hash::VARCHAR AS password_hash,
       $at::TIMESTAMP AS created_at
