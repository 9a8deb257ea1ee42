-- known_since: how far back anything is known. What was said before is not silence: nobody was listening.
--
-- tick    60s
-- param   known_at           timestamp  = now   as it was known then
-- column  mentions_since_at  timestamp  the oldest mention; unknown when there is none
-- column  cases_since_at     timestamp  the oldest case; unknown when there is none
-- grain   one row
SELECT (SELECT min(published_at) FROM mentions
        WHERE published_at <= $known_at::TIMESTAMP AND known_from_at <= $known_at::TIMESTAMP AND NOT is_drill
          AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)) AS mentions_since_at,
       (SELECT min(opened_at) FROM cases
        WHERE opened_at <= $known_at::TIMESTAMP AND known_from_at <= $known_at::TIMESTAMP AND NOT is_drill
          AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)) AS cases_since_at
