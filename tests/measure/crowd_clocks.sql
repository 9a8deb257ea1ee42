-- A million invented cases over two years on nine calendars, with what happened to them: opened, assigned, answered
-- (19 of 20), one pause or two (three for every two cases), resolved (49 of 50). Made by arithmetic, always the same.
CREATE OR REPLACE TABLE crowd AS
SELECT i, (hash(i) % 9223372036854775807)::BIGINT AS case_key,
       TIMESTAMP '2024-11-21 12:00:00' + to_seconds((i * 63072000 // $cases::BIGINT)::BIGINT) AS opened_at,
       (10000 + hash(i, 1) % 400000)::BIGINT AS lasted, (hash(i, 2) % 100) / 300.0 AS share
FROM range($cases::BIGINT) t(i);
INSERT INTO cases BY NAME
SELECT 'x:' || i AS case_id, case_key, 'Aurora' AS brand, ['x', 'facebook', 'reddit', 'instagram'][1 + i % 4] AS platform,
       opened_at, 'track' || i % 9 AS track, 'normal' AS priority, 'agent' || i % 50 AS owner, false AS is_drill,
       'crowd' AS source, TIMESTAMP '2026-11-21 12:00:00' AS known_from_at
FROM crowd;
CREATE OR REPLACE TEMP TABLE crowd_told AS
SELECT * FROM (VALUES ('opened', 0.0, 0.0, 'customer', NULL, 1, 0), ('assigned', 0.01, 0.0, 'human', NULL, 1, 0),
                      ('message', 0.03, 0.0, 'human', NULL, 1, 20), ('paused', 0.1, 1.0, 'human', 'waiting_customer', 1, 0),
                      ('resumed', 0.3, 1.0, 'bot', NULL, 1, 0), ('paused', 0.7, 0.5, 'human', 'waiting_third_party', 2, 0),
                      ('resumed', 0.8, 0.5, 'human', NULL, 2, 0), ('resolved', 1.0, 0.0, 'human', NULL, 1, 50))
    AS told(kind, at_share, more, actor_kind, reason, every, without);
INSERT INTO case_events BY NAME
SELECT 'x:' || i AS case_id, case_key, (hash(i, kind, at_share) % 9223372036854775807)::BIGINT AS event_key, kind,
       opened_at + to_seconds((lasted * (at_share + more * share))::BIGINT) AS happened_at, actor_kind, reason,
       CASE kind WHEN 'message' THEN 'public' WHEN 'opened' THEN 'public' END AS visibility,
       CASE kind WHEN 'assigned' THEN 'agent' || i % 50 END AS owner, false AS is_drill, 'crowd' AS source,
       TIMESTAMP '2026-11-21 12:00:00' AS known_from_at
FROM crowd CROSS JOIN crowd_told
WHERE i % every = 0 AND (without = 0 OR i % without <> 0);
