-- erase_case_events: a deleted post that was a message in a case: that there was one stays, what it said does not.
MERGE INTO case_events AS known
USING erasure AS taken
ON known.item_key = taken.item_key AND known.happened_at <= taken.deleted_at
WHEN MATCHED THEN UPDATE SET text = NULL, actor = CASE known.actor_kind WHEN 'customer' THEN NULL ELSE known.actor END
