-- case_rows: the cases opened in a window, a block of them at a time, in a stable order.
--
-- Rows that are equal in what they are sorted by stand in the order of their keys, so that none comes twice and none is
-- missed. There are as many as case_rows_count says. Track, priority and owner are what the newest event says, else
-- what the case's record says. The states are those of open_cases_by_state, and the ways to be over.
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
-- param   sort_by        varchar    = "opened_at"  one of its columns; not all can be sorted by
-- param   descending     boolean    = true            the greatest first; what is unknown comes last either way
-- param   offset         bigint     = 0               how many rows to pass over
-- param   limit          bigint     = 100             at most so many, 1 to 10000
-- param   now            timestamp  = now             the moment it is seen from: what is later has not happened yet
-- param   known_at       timestamp  = now             as it was known then
-- column  case_id                varchar    platform:native id
-- column  item_id                varchar    the post it is about
-- column  brand                  varchar    that of its first public human reply, else the one its record names
-- column  platform               varchar    where the customer wrote
-- column  channel                varchar    on which way: post, mail, phone, as the source says
-- column  state                  varchar    new, assigned, answered, waiting, resolved, declined, merged or excluded
-- column  opened_at              timestamp  when it was opened
-- column  replied_at             timestamp  the first public reply of a human
-- column  first_response_seconds double     from the opening to that reply; unknown when the reply is older
-- column  resolved_at            timestamp  when it was last resolved; only of resolved cases
-- column  resolution_seconds     double     from the opening until then; unknown when that is earlier
-- column  track                  varchar    what the newest event says, else its record
-- column  priority               varchar    what the newest event says, else its record
-- column  owner                  varchar    whom the newest event names, else its record
-- column  unit                   varchar    whose case it is
-- column  customer_id            varchar    who opened it: a pseudonym, unless the source allows identity links
-- column  subject                varchar    what it is about: text, never markup
-- column  url                    varchar    where it stands
-- column  language               varchar    of its post
-- column  region                 varchar    of its post
-- column  sentiment_label        varchar    of its post, by the judge asked for
-- grain   case_id
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
    -- where neither the order nor a filter looks at what happened, only the events of this block's cases are read
    SELECT *
    FROM asked
    ORDER BY CASE WHEN $sort_by::VARCHAR = 'opened_at' AND len($states::VARCHAR[]) = 0 AND $replied::VARCHAR = ''
                  THEN epoch_us(opened_at) * CASE WHEN $descending::BOOLEAN THEN -1 ELSE 1 END END,
             case_key
    LIMIT CASE WHEN $sort_by::VARCHAR = 'opened_at' AND len($states::VARCHAR[]) = 0 AND $replied::VARCHAR = ''
               THEN least(greatest($limit::BIGINT, 1), 10000) ELSE 9000000000000000000 END
    OFFSET CASE WHEN $sort_by::VARCHAR = 'opened_at' AND len($states::VARCHAR[]) = 0 AND $replied::VARCHAR = ''
                THEN greatest($offset::BIGINT, 0) ELSE 0 END
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
               THEN true END
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
newest AS (
    -- of all cases only where they are sorted by it
    SELECT case_key,
           arg_max(track, row(happened_at, event_key)) FILTER (kind = 'changed' AND track IS NOT NULL) AS track,
           arg_max(priority, row(happened_at, event_key)) FILTER (kind = 'changed' AND priority IS NOT NULL)
               AS priority,
           arg_max(coalesce(owner, CASE WHEN kind <> 'assigned' THEN actor END), row(happened_at, event_key))
               FILTER (kind <> 'changed' AND (owner IS NOT NULL OR (kind <> 'assigned' AND actor IS NOT NULL))) AS owner
    FROM case_events SEMI JOIN chosen USING (case_key)
    WHERE kind IN ('changed', 'assigned', 'claimed', 'accepted')
      AND $sort_by::VARCHAR IN ('track', 'priority', 'owner')
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
    GROUP BY case_key
),
sortable AS (
    SELECT chosen.case_key, chosen.state, chosen.replied_at, chosen.first_response_seconds, chosen.resolved_at,
           chosen.resolution_seconds,
           CASE $sort_by::VARCHAR
                WHEN 'opened_at' THEN epoch_us(chosen.opened_at)::DOUBLE
                WHEN 'replied_at' THEN epoch_us(replied_at)::DOUBLE
                WHEN 'resolved_at' THEN epoch_us(resolved_at)::DOUBLE
                WHEN 'first_response_seconds' THEN first_response_seconds
                WHEN 'resolution_seconds' THEN resolution_seconds
           END AS number,
           CASE $sort_by::VARCHAR
                WHEN 'brand' THEN chosen.brand WHEN 'platform' THEN chosen.platform WHEN 'state' THEN state
                WHEN 'track' THEN coalesce(newest.track, chosen.track)
                WHEN 'priority' THEN coalesce(newest.priority, chosen.priority)
                WHEN 'owner' THEN coalesce(newest.owner, chosen.owner)
                WHEN 'opened_at' THEN NULL WHEN 'replied_at' THEN NULL WHEN 'resolved_at' THEN NULL
                WHEN 'first_response_seconds' THEN NULL WHEN 'resolution_seconds' THEN NULL
                ELSE error('sort_by must be opened_at, brand, platform, state, replied_at, first_response_seconds, '
                           || 'resolved_at, resolution_seconds, track, priority or owner, not "'
                           || $sort_by::VARCHAR || '"')
           END AS word
    FROM chosen LEFT JOIN newest USING (case_key)
),
block AS MATERIALIZED (
    SELECT case_key, state, replied_at, first_response_seconds, resolved_at, resolution_seconds,
           row_number() OVER (ORDER BY CASE WHEN $descending::BOOLEAN THEN -number ELSE number END NULLS LAST,
                                       CASE WHEN $descending::BOOLEAN THEN word END DESC NULLS LAST,
                                       CASE WHEN NOT $descending::BOOLEAN THEN word END NULLS LAST,
                                       case_key) AS place
    FROM sortable
    ORDER BY place
    LIMIT least(greatest($limit::BIGINT, 1), 10000)
    OFFSET CASE WHEN $sort_by::VARCHAR = 'opened_at' AND len($states::VARCHAR[]) = 0 AND $replied::VARCHAR = ''
                THEN 0 ELSE greatest($offset::BIGINT, 0) END
),
rows AS (
    SELECT cases.*, state, replied_at, first_response_seconds, resolved_at, resolution_seconds, place
    FROM cases JOIN block USING (case_key)
    WHERE known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
),
events_of_rows AS (
    SELECT case_key,
           arg_max(track, row(happened_at, event_key)) FILTER (kind = 'changed' AND track IS NOT NULL) AS track,
           arg_max(priority, row(happened_at, event_key)) FILTER (kind = 'changed' AND priority IS NOT NULL)
               AS priority,
           arg_max(coalesce(owner, CASE WHEN kind <> 'assigned' THEN actor END), row(happened_at, event_key))
               FILTER (kind <> 'changed' AND (owner IS NOT NULL OR (kind <> 'assigned' AND actor IS NOT NULL))) AS owner
    FROM case_events SEMI JOIN block USING (case_key)
    WHERE kind IN ('changed', 'assigned', 'claimed', 'accepted')
      AND happened_at <= $now::TIMESTAMP
      AND known_from_at <= $known_at::TIMESTAMP
      AND NOT is_drill
    GROUP BY case_key
),
posts_of_rows AS (
    SELECT item_key,
           arg_min({'language': language, 'region': region,
                    'label': CASE $judge::VARCHAR WHEN 'watchfloor' THEN sentiment_label
                             WHEN 'source' THEN source_sentiment
                             ELSE error('judge must be watchfloor or source, not "' || $judge::VARCHAR || '"') END},
                   mention_key) AS post
    FROM mentions SEMI JOIN rows USING (item_key)
    WHERE item_key IS NOT NULL
      AND known_from_at <= $known_at::TIMESTAMP
      AND (known_until_at IS NULL OR known_until_at > $known_at::TIMESTAMP)
      AND NOT is_drill
    GROUP BY item_key
)
SELECT case_id, item_id, brand, platform, channel, state, opened_at, replied_at,
       first_response_seconds::DOUBLE AS first_response_seconds, resolved_at,
       resolution_seconds::DOUBLE AS resolution_seconds,
       coalesce(events_of_rows.track, rows.track) AS track,
       coalesce(events_of_rows.priority, rows.priority) AS priority,
       coalesce(events_of_rows.owner, rows.owner) AS owner,
       unit, customer_id, subject, url, post.language AS language, post.region AS region, post.label AS sentiment_label
FROM rows LEFT JOIN events_of_rows USING (case_key) LEFT JOIN posts_of_rows USING (item_key)
ORDER BY place
