-- case_rows_count: how many rows case_rows has for the same filters.
--
-- tick    60s
-- param   since          timestamp                   inclusive
-- param   until          timestamp                   exclusive
-- param   brands         varchar[]  = []              empty list means all
-- param   platforms      varchar[]  = []              empty list means all
-- param   languages      varchar[]  = []              empty list means all; '' in it means unknown
-- param   regions        varchar[]  = []              empty list means all; '' in it means unknown
-- param   sentiments     varchar[]  = []              empty list means all; '' in it means not judged
-- param   media_types    varchar[]  = []              empty list means all; '' in it means unknown
-- param   source_classes varchar[]  = []              empty list means all; '' in it means unknown
-- param   text           varchar    = ""              part of the subject, upper or lower case; "" means all
-- param   judge          varchar    = "watchfloor"    whose judgement: watchfloor or source
-- param   states         varchar[]  = []              empty list means all
-- param   replied        varchar    = ""              yes, no, or "" for both: with a public reply of a human
-- param   now            timestamp  = now             the moment it is seen from: what is later has not happened yet
-- param   known_at       timestamp  = now             as it was known then
-- column  cases_count bigint  cases
-- grain   one row
WITH span AS (
    SELECT $since::TIMESTAMP AS from_at, $until::TIMESTAMP AS to_at
),
-- the same in every question about the desk's cases, from here on
opened AS (
    SELECT case_key, item_key, opened_at, brand, platform, track, priority, owner
    FROM cases
    WHERE opened_at >= (SELECT from_at FROM span) AND opened_at < (SELECT to_at FROM span)
      AND opened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
      AND (len($brands::VARCHAR[]) = 0 OR list_contains($brands::VARCHAR[], coalesce(brand, '')))
      AND (len($platforms::VARCHAR[]) = 0 OR list_contains($platforms::VARCHAR[], coalesce(platform, '')))
      AND ($text::VARCHAR = ''
           OR contains(lower(nfc_normalize(coalesce(subject, ''))), lower(nfc_normalize($text::VARCHAR))))
),
posts AS (
    -- of a post with several mentions the one with the smallest key: what it says of the post they all say
    SELECT item_key,
           arg_min({'language': language, 'region': region, 'media_type': media_type, 'source_class': source_class,
                    'label': CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label
                             WHEN 'source' THEN source_sentiment
                             ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END},
                   mention_key) AS post
    FROM mentions SEMI JOIN opened USING (item_key)
    WHERE item_key IS NOT NULL
      AND len($languages::VARCHAR[]) + len($regions::VARCHAR[]) + len($sentiments::VARCHAR[])
          + len($media_types::VARCHAR[]) + len($source_classes::VARCHAR[]) > 0
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
    GROUP BY item_key
),
asked AS (
    SELECT case_key, opened_at, brand, platform, track, priority, owner, post.language AS language,
           post.region AS region, post.media_type AS media_type, post.source_class AS source_class, post.label AS label
    FROM opened LEFT JOIN posts USING (item_key)
    WHERE (len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], coalesce(post.language, '')))
      AND (len($regions::VARCHAR[]) = 0 OR list_contains($regions::VARCHAR[], coalesce(post.region, '')))
      AND (len($media_types::VARCHAR[]) = 0 OR list_contains($media_types::VARCHAR[], coalesce(post.media_type, '')))
      AND (len($source_classes::VARCHAR[]) = 0
           OR list_contains($source_classes::VARCHAR[], coalesce(post.source_class, '')))
      AND (len($sentiments::VARCHAR[]) = 0 OR list_contains($sentiments::VARCHAR[], coalesce(post.label, '')))
),
-- to here
needed AS (
    SELECT * FROM asked
),
-- the same in every question about the desk's cases, from here on
events AS (
    -- when each thing happened last; of two at the same instant the later in the lists below counts, since many sources
    -- know minutes only
    SELECT case_key,
           max(happened_at) FILTER (kind = 'reopened') AS reopened_at,
           max(happened_at) FILTER (kind = 'resolved') AS resolved_at,
           max(happened_at) FILTER (kind = 'declined') AS declined_at,
           max(happened_at) FILTER (kind = 'merged') AS merged_at,
           max(happened_at) FILTER (kind = 'excluded') AS excluded_at,
           max(happened_at) FILTER (kind = 'paused') AS paused_at,
           max(happened_at) FILTER (kind = 'resumed') AS resumed_at,
           max(happened_at) FILTER (kind = 'message' AND actor_kind = 'customer') AS customer_at,
           max(happened_at) FILTER (kind = 'message' AND actor_kind = 'human'
                                    AND visibility IN ('public', 'private')) AS answered_at,
           min(happened_at) FILTER (kind = 'message' AND actor_kind = 'human' AND visibility = 'public') AS replied_at,
           bool_or(kind IN ('assigned', 'claimed', 'accepted')
                   AND (owner IS NOT NULL OR (kind <> 'assigned' AND actor IS NOT NULL))) AS is_owned
    FROM case_events SEMI JOIN needed USING (case_key)
    -- one condition: of several the planner thinks that few events are left, and builds its table of the wrong side
    WHERE CASE WHEN happened_at <= $now::TIMESTAMP AND known_from_at <= $known_at::TIMESTAMP AND NOT is_drill
               THEN len($states::VARCHAR[]) > 0 OR $replied::VARCHAR <> '' END
    GROUP BY case_key
),
worked AS (
    SELECT case_key, opened_at, brand, platform, track, priority, owner, language, region, media_type, source_class,
           label, replied_at,
           CASE greatest(reopened_at, resolved_at, declined_at, merged_at, excluded_at)
                WHEN excluded_at THEN 'excluded' WHEN merged_at THEN 'merged' WHEN declined_at THEN 'declined'
                WHEN resolved_at THEN 'resolved'
                ELSE CASE WHEN paused_at > coalesce(greatest(resumed_at, reopened_at), '-infinity'::TIMESTAMP)
                          THEN 'waiting'
                          WHEN answered_at >= coalesce(greatest(customer_at, reopened_at), '-infinity'::TIMESTAMP)
                          THEN 'answered'
                          WHEN is_owned OR owner IS NOT NULL THEN 'assigned'
                          ELSE 'new' END
           END AS state,
           CASE WHEN replied_at >= opened_at THEN epoch(replied_at - opened_at) END AS first_response_seconds,
           CASE WHEN state = 'resolved' THEN resolved_at END AS resolved_at,
           CASE WHEN state = 'resolved' AND events.resolved_at >= opened_at THEN epoch(events.resolved_at - opened_at)
           END AS resolution_seconds
    FROM needed LEFT JOIN events USING (case_key)
),
chosen AS (
    SELECT *, coalesce(state IN ('new', 'assigned', 'answered', 'waiting'), false) AS is_open
    FROM worked
    WHERE (len($states::VARCHAR[]) = 0 OR list_contains($states::VARCHAR[], state))
      AND CASE $replied::VARCHAR WHEN '' THEN true WHEN 'yes' THEN replied_at IS NOT NULL
               WHEN 'no' THEN replied_at IS NULL
               ELSE error('replied must be yes, no or nothing, not "' || $replied::VARCHAR || '"') END
),
-- to here
counted AS (
    SELECT count(*) AS cases_count FROM chosen
)
SELECT cases_count::BIGINT AS cases_count FROM counted
