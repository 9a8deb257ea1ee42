-- count_fates: how many rows of the staged batch are new, changed, counted, or nothing new.
SELECT count(*) FILTER (fate = 'new'), count(*) FILTER (fate = 'changed'),
       count(*) FILTER (fate = 'counted'), count(*) FILTER (fate IN ('same', 'erased'))
FROM staged
