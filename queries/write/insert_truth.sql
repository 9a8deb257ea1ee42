-- insert_truth: what the demo planted, once.
INSERT INTO demo_truth
SELECT $source::VARCHAR, $kind::VARCHAR, $subject::VARCHAR, $since_at::TIMESTAMP, $until_at::TIMESTAMP, $detail::VARCHAR
WHERE NOT EXISTS (
    FROM demo_truth
    WHERE source = $source::VARCHAR AND kind = $kind::VARCHAR AND subject = $subject::VARCHAR
      AND since_at = $since_at::TIMESTAMP
)
