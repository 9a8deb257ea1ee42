-- erase_cases: a case about a deleted post: the work stays, the customer and their words do not.
MERGE INTO cases AS known
USING erasure AS taken
ON known.item_key = taken.item_key AND known.opened_at <= taken.deleted_at
WHEN MATCHED THEN UPDATE SET subject = NULL, customer_id = NULL, url = NULL
