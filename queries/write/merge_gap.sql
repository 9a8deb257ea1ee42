-- merge_gap: a span that could not be seen; the same one told again may have grown.
MERGE INTO gaps AS known
USING (SELECT $gap_key::BIGINT AS gap_key) AS told ON known.gap_key = told.gap_key
WHEN MATCHED THEN UPDATE SET until_at = greatest(known.until_at, $until_at::TIMESTAMP), sentence = $sentence::VARCHAR
WHEN NOT MATCHED THEN INSERT (gap_key, source, platform, kind, since_at, until_at, sentence, known_from_at)
    VALUES ($gap_key::BIGINT, $source::VARCHAR, $platform::VARCHAR, $kind::VARCHAR, $since_at::TIMESTAMP,
            $until_at::TIMESTAMP, $sentence::VARCHAR, $known_at::TIMESTAMP)
