-- care_surveys: how content the customers are who answered the survey: top-2-box, and how many were asked.
--
-- Of several answers about one case in the window the last counts. Top are the two highest points of a scale of four or
-- more, the highest one of a shorter scale (CSAT, top-2-box). A survey without a score was sent and not answered.
--
-- tick    60s
-- param   since           timestamp               inclusive
-- param   until           timestamp               exclusive
-- param   group_by        varchar    = "all"      all, brand or platform
-- param   brands          varchar[]  = []         empty list means all
-- param   platforms       varchar[]  = []         empty list means all
-- param   now             timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at        timestamp  = now        as it was known then
-- column  group_name      varchar    all, or the brand or platform; unknown where it is not known
-- column  surveyed_count  bigint     cases with a survey, answered or not, as far as the source tells of those too
-- column  answered_count  bigint     those of them with a score on a known scale
-- column  top_count       bigint     those of them at the top of it
-- column  unscaled_count  bigint     cases with a score of nobody knows how many: not among the answered
-- grain   group_name
WITH known AS (
    SELECT case_key, brand, platform
    FROM cases
    WHERE opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
happened AS (
    SELECT case_key, score, score_of, row(happened_at, event_key) AS place
    FROM case_events SEMI JOIN known USING (case_key)
    WHERE kind = 'surveyed' AND happened_at >= $since::TIMESTAMP AND happened_at < $until::TIMESTAMP
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
),
answers AS (
    SELECT case_key,
           arg_max(score, place) FILTER (score IS NOT NULL AND score_of >= 1) AS score,
           arg_max(score_of, place) FILTER (score IS NOT NULL AND score_of >= 1) AS score_of,
           bool_or(score IS NOT NULL) AS has_score
    FROM happened
    GROUP BY case_key
),
judged AS (
    SELECT CASE $group_by::VARCHAR WHEN 'all' THEN 'all' WHEN 'brand' THEN brand WHEN 'platform' THEN platform
                ELSE error('group_by must be all, brand or platform, not "' || $group_by::VARCHAR || '"')
           END AS group_name,
           score, score_of, has_score
    FROM answers JOIN known USING (case_key)
)
SELECT group_name,
       count(*)::BIGINT AS surveyed_count,
       count(score)::BIGINT AS answered_count,
       count(*) FILTER (score >= CASE WHEN score_of >= 4 THEN score_of - 1 ELSE score_of END)::BIGINT AS top_count,
       count(*) FILTER (has_score AND score IS NULL)::BIGINT AS unscaled_count
FROM judged
GROUP BY group_name
ORDER BY surveyed_count DESC, group_name
