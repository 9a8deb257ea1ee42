-- clocks/end: segments that are no longer true stay known for what they were.
MERGE INTO clock_segments AS known
USING ended_segments AS ended
ON known.case_key = ended.case_key AND known.content_hash = ended.content_hash AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
