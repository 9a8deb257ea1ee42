-- care_leads: leads the care desk passed on to sales, and what became of them.
--
-- Each case counts once per outcome, when the outcome happened in the window: a lead that is won this week may have been
-- passed on weeks ago. The amount is that of the last `won` of a case, in the site's currency, as the source tells it.
--
-- tick    60s
-- param   since           timestamp               inclusive
-- param   until           timestamp               exclusive
-- param   brands          varchar[]  = []         empty list means all
-- param   platforms       varchar[]  = []         empty list means all
-- param   now             timestamp  = now        the moment it is seen from: what is later has not happened yet
-- param   known_at        timestamp  = now        as it was known then
-- column  passed_count    bigint     cases passed on to sales
-- column  accepted_count  bigint     cases sales took
-- column  won_count       bigint     cases that became a sale
-- column  lost_count      bigint     cases that did not
-- column  won_amount      double     the money of those won, where it is told; unknown when it is for none
-- column  unpriced_count  bigint     won, and nobody says for how much
-- grain   one row
WITH known AS (
    SELECT case_key
    FROM cases
    WHERE opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], brand))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], platform))
),
happened AS (
    SELECT case_key, outcome, arg_max(amount, row(happened_at, event_key)) FILTER (amount IS NOT NULL) AS amount
    FROM case_events SEMI JOIN known USING (case_key)
    WHERE kind = 'lead' AND happened_at >= $since::TIMESTAMP AND happened_at < $until::TIMESTAMP
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
    GROUP BY case_key, outcome
)
SELECT count(*) FILTER (outcome = 'passed')::BIGINT AS passed_count,
       count(*) FILTER (outcome = 'accepted')::BIGINT AS accepted_count,
       count(*) FILTER (outcome = 'won')::BIGINT AS won_count,
       count(*) FILTER (outcome = 'lost')::BIGINT AS lost_count,
       (sum(amount) FILTER (outcome = 'won'))::DOUBLE AS won_amount,
       count(*) FILTER (outcome = 'won' AND amount IS NULL)::BIGINT AS unpriced_count
FROM happened
