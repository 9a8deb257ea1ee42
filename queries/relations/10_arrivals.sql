-- tongue: a language as the roster names it: "en" of "en-US" and "EN"; NULL of "" and "und".
CREATE OR REPLACE MACRO memory.tongue(tag) AS
    nullif(nullif(lower(regexp_extract(tag, '^[A-Za-z]*')), ''), 'und');

-- arrivals: every message that asks for a response and has come from `first_at` until before `last_at`.
--
-- A case asks with each clock of a first or next response: that is a message, or a row of them, that a person must
-- answer. What was set aside as needing none (acknowledged, merged, excluded) has left, once that is known at
-- `asof_at`. Where nothing is promised there are no clocks: then each case asks once, when it was opened. A mention of
-- an own brand without a case counts with the share of [staffing] mention_share, which somebody has estimated.
-- Columns: arrived_at, language (as tongue gives it; NULL = not known), track (NULL = none), metric (frt, nrt), weight
-- (1, or the share). Drills are left out.
CREATE OR REPLACE MACRO memory.arrivals(first_at, last_at, asof_at, seen_at) AS TABLE
    SELECT started_at AS arrived_at, memory.tongue(language) AS language, track, metric, 1.0::DOUBLE AS weight
    FROM warehouse.clock_segments
    WHERE metric IN ('frt', 'nrt') AND until_at IS NULL
      AND started_at >= first_at AND started_at < last_at AND started_at <= asof_at
      AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
      AND (outcome IS NULL OR outcome NOT IN ('acknowledged', 'merged', 'excluded') OR stopped_at > asof_at)
    UNION ALL
    SELECT opened_at, memory.tongue(spoken.language), cases.track, 'frt', 1.0::DOUBLE
    FROM warehouse.cases
    LEFT JOIN (SELECT item_key, max(language) AS language
               FROM warehouse.mentions
               WHERE known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
                 AND NOT EXISTS (FROM warehouse.policies WHERE known_from_at <= seen_at)
               GROUP BY item_key) AS spoken USING (item_key)
    WHERE opened_at >= first_at AND opened_at < last_at AND opened_at <= asof_at AND NOT is_drill
      AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
      AND NOT EXISTS (FROM warehouse.policies WHERE known_from_at <= seen_at)
    UNION ALL
    SELECT published_at, memory.tongue(language), NULL::VARCHAR, 'frt', mention_share
    FROM warehouse.mentions
    JOIN (SELECT mention_share, mention_brands
          FROM warehouse.staffing
          WHERE track IS NULL AND mention_share > 0
            AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)) AS terms
         ON list_contains(mention_brands, brand)
    WHERE published_at >= first_at AND published_at < last_at AND published_at <= asof_at
      AND NOT is_drill AND source_class IS DISTINCT FROM 'owned'
      AND known_from_at <= seen_at AND (known_until_at IS NULL OR known_until_at > seen_at)
      AND NOT EXISTS (FROM warehouse.cases
                      WHERE cases.item_key = mentions.item_key AND cases.known_from_at <= seen_at
                        AND (cases.known_until_at IS NULL OR cases.known_until_at > seen_at));
