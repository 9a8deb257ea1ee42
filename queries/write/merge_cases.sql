-- merge_cases: close the versions that have changed; the same content seen again keeps its latest order.
MERGE INTO cases AS known
USING (SELECT * FROM staged_cases WHERE fate IN ('changed', 'seen')) AS batch
ON known.case_key = batch.case_key AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET
    known_until_at = CASE batch.fate WHEN 'changed' THEN $known_at::TIMESTAMP ELSE known.known_until_at END,
    updated_at = CASE batch.fate WHEN 'seen' THEN batch.updated_at ELSE known.updated_at END,
    sequence = CASE batch.fate WHEN 'seen' THEN batch.sequence ELSE known.sequence END
