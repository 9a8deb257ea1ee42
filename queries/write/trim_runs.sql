-- trim_runs: finished runs that brought nothing are forgotten after a day; one that did or failed is kept 90 days.
DELETE FROM runs
WHERE ended_at < $at::TIMESTAMP - INTERVAL 90 DAY
   OR (ended_at < $at::TIMESTAMP - INTERVAL 1 DAY AND read_count = 0 AND error IS NULL)
