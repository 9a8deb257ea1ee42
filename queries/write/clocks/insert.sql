-- clocks/insert: the new segments, in the order of clocks/aimed.
INSERT INTO clock_segments BY NAME
SELECT staged_segments.*, $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM staged_segments ANTI JOIN stored_segments USING (case_key, content_hash)
