-- count_cases: how many staged cases are new, and how many have changed.
SELECT count(*) FILTER (fate = 'new'), count(*) FILTER (fate = 'changed'), count(*) FILTER (fate = 'seen')
FROM staged_cases
