-- insert_cases: the new cases, and the new versions of changed ones.
INSERT INTO cases BY NAME
SELECT staged_cases.* EXCLUDE (fate) REPLACE (
           CASE WHEN opened_at <= tombstones.deleted_at THEN NULL ELSE subject END AS subject,
           CASE WHEN opened_at <= tombstones.deleted_at THEN NULL ELSE customer_id END AS customer_id,
           CASE WHEN opened_at <= tombstones.deleted_at THEN NULL ELSE url END AS url),
       $known_at::TIMESTAMP AS known_from_at, NULL::TIMESTAMP AS known_until_at
FROM staged_cases
LEFT JOIN tombstones ON tombstones.tomb_key = staged_cases.item_key AND NOT tombstones.is_author
WHERE fate IN ('new', 'changed')
ORDER BY opened_at
