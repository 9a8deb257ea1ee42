-- insert_events: what happened to cases, in order; words of a post that was deleted since stay away.
INSERT INTO case_events BY NAME
SELECT staged_events.* REPLACE (
           CASE WHEN happened_at <= tombstones.deleted_at THEN NULL ELSE staged_events.text END AS text,
           CASE WHEN happened_at <= tombstones.deleted_at AND actor_kind = 'customer' THEN NULL ELSE actor END AS actor),
       $known_at::TIMESTAMP AS known_from_at
FROM staged_events
LEFT JOIN tombstones ON tombstones.tomb_key = staged_events.item_key AND NOT tombstones.is_author
ORDER BY happened_at
