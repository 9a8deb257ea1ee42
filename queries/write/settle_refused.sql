-- settle_refused: refused rows that are tried again; those that still cannot be taken are refused anew.
DELETE FROM refused_rows WHERE source = $source::VARCHAR AND list_contains($refusal_keys::BIGINT[], refusal_key)
