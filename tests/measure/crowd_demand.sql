-- Nine weeks of messages in five languages and of unknown ones, busy by day, from two sources; one was blind once.
INSERT INTO policies (track, is_default, calendar, known_from_at)
VALUES ('care', true, 'always', TIMESTAMP '2026-01-01');
CREATE OR REPLACE TEMP TABLE messages AS
SELECT number,
       -- two thirds in the twelve hours of the day, the rest at any time
       TIMESTAMP '2026-11-21 12:00' - to_days((hash(number) % 63)::INTEGER) - to_seconds(
           ((hash(number, 1) % CASE WHEN number % 3 = 0 THEN 86400 ELSE 43200 END) + 1)::BIGINT) AS asked_at,
       ['en', 'en', 'en', 'en', 'de', 'de', 'de', 'es', 'es', 'fr', 'ja', NULL][1 + (hash(number, 2) % 12)::INTEGER] AS language,
       CASE WHEN hash(number, 3) % 3 = 0 THEN 'chat' ELSE 'desk' END AS source
FROM range($messages::BIGINT) AS counted(number);
INSERT INTO clock_segments BY NAME
SELECT number AS case_key, 'x:' || number AS case_id, 'frt' AS metric, 1 AS cycle, 1 AS segment, 'Aurora' AS brand,
       'x' AS platform, 'care' AS track, 'always' AS calendar, asked_at AS started_at, asked_at AS since_at,
       false AS is_paused, language, asked_at AS known_from_at
FROM messages;
INSERT INTO cases BY NAME
SELECT 'x:' || number AS case_id, number AS case_key, number AS item_key, 'Aurora' AS brand, 'x' AS platform, source,
       'care' AS track, asked_at AS opened_at, false AS is_drill, asked_at AS known_from_at
FROM messages;
INSERT INTO sources BY NAME
SELECT unnest(['desk', 'chat']) AS source, true AS is_active, ['x'] AS platforms;
INSERT INTO gaps BY NAME
SELECT 'chat' AS source, 'gap' AS kind, TIMESTAMP '2026-11-10 10:00' AS since_at,
       TIMESTAMP '2026-11-10 14:00' AS until_at, TIMESTAMP '2026-11-10 14:00' AS known_from_at;
INSERT INTO demand_events
VALUES ('sale', ['de'], TIMESTAMP '2026-11-22', TIMESTAMP '2026-11-23', 1.8, TIMESTAMP '2026-11-01', NULL),
       ('launch', [], TIMESTAMP '2026-11-02', TIMESTAMP '2026-11-03', 2.5, TIMESTAMP '2026-11-01', NULL);
