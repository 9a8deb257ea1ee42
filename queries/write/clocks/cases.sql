-- clocks/cases: the cases whose clocks are computed, when each began, and into which one it was merged.
--
-- root_key is the case that carries the conversation: the case's own, unless it is merged. `is_ring`: it was merged into
-- one that was merged into it, which is no merge. may_be_ours: no post of a customer's is known that it is about.
CREATE OR REPLACE TEMP TABLE clock_cases AS
WITH RECURSIVE known AS (
    SELECT case_key, case_id, item_key, brand, platform, owner, opened_at
    FROM cases SEMI JOIN clock_scope USING (case_key)
    WHERE known_until_at IS NULL AND NOT is_drill
),
posts AS (
    SELECT item_key, min(published_at) AS published_at, bool_or(source_class = 'owned') AS is_owned,
           max(language) AS language
    FROM mentions SEMI JOIN known USING (item_key)
    WHERE known_until_at IS NULL
    GROUP BY item_key
),
turned AS (
    SELECT case_key, kind, actor_kind, epoch_us(happened_at) // 1000000 AS at_s
    FROM case_events SEMI JOIN clock_merges USING (case_key)
    WHERE kind IN ('reopened', 'excluded') AND NOT is_drill
),
reopened AS (
    SELECT case_key, max(at_s) AS reopened_s FROM turned WHERE kind = 'reopened' GROUP BY case_key
),
-- a merge of what was excluded for good is not read
excluded AS (
    SELECT case_key, min(at_s) AS excluded_s
    FROM turned LEFT JOIN reopened USING (case_key)
    WHERE kind = 'excluded' AND actor_kind IS DISTINCT FROM 'bot' AND (reopened_s IS NULL OR at_s >= reopened_s)
    GROUP BY case_key
),
last_merges AS (
    SELECT case_key, arg_max_null(parent_key, row(merged_s, event_key)) AS parent_key
    FROM clock_merges SEMI JOIN known USING (case_key) LEFT JOIN reopened USING (case_key) LEFT JOIN excluded USING (case_key)
    WHERE (reopened_s IS NULL OR merged_s >= reopened_s) AND (excluded_s IS NULL OR merged_s <= excluded_s)
    GROUP BY case_key
),
parents AS (
    SELECT case_key, parent_key
    FROM last_merges
    WHERE parent_key IN (SELECT case_key FROM known)
),
-- a walk up that comes back to where it began is a ring; 64 steps are more than any chain anybody has made by hand
walks AS (
    SELECT case_key, parent_key AS here_key, 1 AS steps FROM parents
    UNION ALL
    SELECT walks.case_key, parents.parent_key AS here_key, steps + 1 AS steps
    FROM walks JOIN parents ON parents.case_key = walks.here_key
    WHERE walks.here_key <> walks.case_key AND steps < 64
),
rings AS (
    SELECT DISTINCT case_key FROM walks WHERE here_key = case_key
),
climbs AS (
    SELECT case_key, parent_key AS here_key, 1 AS steps FROM parents ANTI JOIN rings USING (case_key)
    UNION ALL
    SELECT climbs.case_key, parents.parent_key AS here_key, steps + 1 AS steps
    FROM climbs JOIN (SELECT * FROM parents ANTI JOIN rings USING (case_key)) AS parents
        ON parents.case_key = climbs.here_key
    WHERE steps < 64
),
roots AS (
    SELECT case_key, arg_max(here_key, steps) AS root_key FROM climbs GROUP BY case_key
)
SELECT known.case_key, case_id, brand, platform, owner, language,
       coalesce(root_key, known.case_key) AS root_key,
       rings.case_key IS NOT NULL AS is_ring,
       coalesce(is_owned, true) AS may_be_ours,
       epoch_us(least(opened_at, published_at)) // 1000000 AS own_start_s
FROM known
LEFT JOIN posts USING (item_key)
LEFT JOIN roots USING (case_key)
LEFT JOIN rings USING (case_key)
