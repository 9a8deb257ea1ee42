-- Every tenth post of the crowd becomes a case an hour later, with ten events.
INSERT INTO cases BY NAME
SELECT 'care:' || i AS case_id,
       'invented:' || (i * 10) AS item_id,
       ['United', 'Delta', 'Southwest', 'JetBlue', 'Alaska', 'Spirit'][1 + (hash(i * 10) % 6)::INT] AS brand,
       ['twitter', 'reddit', 'bluesky', 'mastodon', 'youtube', 'news'][1 + (hash(i * 10, 1) % 6)::INT] AS platform,
       $until::TIMESTAMP - to_microseconds((((i * 10 + 1)::HUGEINT * $days::BIGINT * 86400000000) // $rows::BIGINT)::BIGINT)
           + INTERVAL 1 HOUR AS opened_at,
       'customer-' || (hash(i, 20) % 60000) AS customer_id,
       ['refund', 'baggage', 'delay', NULL][1 + (hash(i, 21) % 4)::INT] AS track,
       ['1', '2', '3', NULL][1 + (hash(i, 22) % 4)::INT] AS priority,
       'about ' || ['a late flight', 'a Lost Bag', 'the café', 'a refund'][1 + (hash(i, 23) % 4)::INT] || ', booking ' || i AS subject,
       false AS is_drill,
       'crowd' AS source,
       (hash('care:' || i) >> 1)::BIGINT AS case_key,
       (hash(i * 10, 9) >> 1)::BIGINT AS item_key,
       (hash(i, 24) >> 1)::BIGINT AS content_hash,
       $until::TIMESTAMP AS known_from_at
FROM range($rows::BIGINT // 10) AS crowd(i)
ORDER BY opened_at;
INSERT INTO case_events BY NAME
SELECT case_id,
       ['message', 'assigned', 'message', 'changed', 'message', 'paused', 'resumed', 'message', 'resolved', 'reopened'][step] AS kind,
       opened_at + to_seconds((step * (60 + hash(case_key, step) % 3600))::BIGINT) AS happened_at,
       ['customer', 'human', 'human', 'human', 'customer', 'human', 'human', 'human', 'human', 'customer'][step] AS actor_kind,
       'agent-' || (hash(case_key, 31) % 50) AS actor,
       'agent-' || (hash(case_key, 31) % 50) AS owner,
       'public' AS visibility,
       false AS is_drill,
       'crowd' AS source,
       (hash(case_key, step, 30) >> 1)::BIGINT AS event_key,
       case_key,
       known_from_at
FROM cases, range(1, 11) AS steps(step)
WHERE step < 10 OR case_key % 5 = 0
ORDER BY happened_at
