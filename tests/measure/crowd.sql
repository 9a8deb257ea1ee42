-- A crowd of invented mentions straight into the warehouse: $rows of them over $days before $until.
INSERT INTO mentions BY NAME
SELECT 'invented:' || i AS item_id,
       ['United', 'Delta', 'Southwest', 'JetBlue', 'Alaska', 'Spirit'][1 + (hash(i) % 6)::INT] AS brand,
       ['twitter', 'reddit', 'bluesky', 'mastodon', 'youtube', 'news'][1 + (hash(i, 1) % 6)::INT] AS platform,
       $until::TIMESTAMP - to_microseconds((((i + 1)::HUGEINT * $days::BIGINT * 86400000000) // $rows::BIGINT)::BIGINT) AS published_at,
       -- every eighth has letters beyond ASCII, every fourth is short
       'invented post number ' || i || ' about '
           || ['a late flight', 'a Lost Bag', 'ein verspäteter Flug', 'a kind crew', 'the café at the gate', 'boarding',
               'a refund', 'the long queue'][1 + (hash(i, 12) % 8)::INT]
           || CASE WHEN hash(i, 13) % 4 > 0 THEN ' and whoever was at the desk that evening, which nobody will forget soon'
                   ELSE '' END AS text,
       lower(text) AS search_text,
       ['en', 'es', 'de', NULL][1 + (hash(i, 5) % 4)::INT] AS language,
       ['us', 'eu', 'apac'][1 + (hash(i, 6) % 3)::INT] AS region,
       'author-' || (hash(i, 2) % 200000) AS author_id,
       'Author ' || (hash(i, 2) % 200000) AS author_name,
       (hash(i, 3) % 5000)::BIGINT AS author_followers_count,
       'earned' AS source_class,
       ['negative', 'neutral', 'positive', NULL][1 + (hash(i, 4) % 4)::INT] AS source_sentiment,
       ['negative', 'neutral', 'positive', NULL][1 + (hash(i, 7) % 4)::INT] AS sentiment_label,
       false AS is_drill,
       'crowd' AS source,
       (hash(i, 8) >> 1)::BIGINT AS mention_key,
       (hash(i, 9) >> 1)::BIGINT AS item_key,
       (hash(i, 10) >> 1)::BIGINT AS text_key,
       (hash(hash(i, 2) % 200000) >> 1)::BIGINT AS author_key,
       (hash(i, 11) >> 1)::BIGINT AS content_hash,
       $until::TIMESTAMP AS known_from_at
FROM range($rows::BIGINT) AS crowd(i)
ORDER BY published_at
