-- stage_cases: what each case a batch touches is to the case already known.
--
-- A case counts for the brand of its first public human reply, else for the one its record names; so an event alone
-- can change it. Every event is looked at, those inserted a moment ago included.
CREATE OR REPLACE TEMP TABLE staged_cases AS
WITH touched AS (
    SELECT case_key FROM case_batch
    UNION
    SELECT case_key FROM staged_events
),
known AS (
    SELECT cases.* FROM cases SEMI JOIN touched USING (case_key) WHERE known_until_at IS NULL
),
replies AS (
    SELECT case_key, brand
    FROM case_events SEMI JOIN touched USING (case_key)
    WHERE kind = 'message' AND actor_kind = 'human' AND visibility = 'public' AND NOT is_drill
    QUALIFY row_number() OVER (PARTITION BY case_key ORDER BY happened_at, event_key) = 1
),
judged AS (
    SELECT batch.*, known.case_key IS NULL AS is_new,
           CASE WHEN known.case_key IS NULL THEN true
                WHEN known.updated_at IS NOT NULL AND batch.updated_at IS NULL THEN false
                WHEN batch.updated_at < known.updated_at
                  OR (batch.updated_at = known.updated_at AND batch.sequence < known.sequence) THEN false
                ELSE true END AS is_newer
    FROM case_batch AS batch LEFT JOIN known USING (case_key)
),
wanted AS (
    SELECT * EXCLUDE (is_new, is_newer) FROM judged WHERE is_newer
    UNION ALL BY NAME
    SELECT * EXCLUDE (brand, known_from_at, known_until_at)
    FROM known ANTI JOIN (SELECT case_key FROM judged WHERE is_newer) USING (case_key)
)
SELECT wanted.*, coalesce(replies.brand, wanted.record_brand) AS brand,
       CASE WHEN known.case_key IS NULL THEN 'new'
            WHEN known.content_hash <> wanted.content_hash
              OR known.brand IS DISTINCT FROM coalesce(replies.brand, wanted.record_brand) THEN 'changed'
            WHEN known.updated_at IS DISTINCT FROM wanted.updated_at
              OR (wanted.sequence IS NOT NULL AND known.sequence IS DISTINCT FROM wanted.sequence) THEN 'seen'
            ELSE 'same' END AS fate
FROM wanted
LEFT JOIN known USING (case_key)
LEFT JOIN replies USING (case_key)
