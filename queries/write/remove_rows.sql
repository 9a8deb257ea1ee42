-- remove_rows: all that a source brought goes, and a version it had replaced is the current one again.
CREATE OR REPLACE TEMP TABLE bared AS
SELECT mention_key AS bared_key FROM mentions WHERE source = $source::VARCHAR AND known_until_at IS NULL
UNION
SELECT case_key FROM cases WHERE source = $source::VARCHAR AND known_until_at IS NULL;
DELETE FROM mentions WHERE source = $source::VARCHAR;
DELETE FROM cases WHERE source = $source::VARCHAR;
DELETE FROM case_events WHERE source = $source::VARCHAR;
DELETE FROM refused_rows WHERE source = $source::VARCHAR;
DELETE FROM gaps WHERE source = $source::VARCHAR;
DELETE FROM inbox WHERE source = $source::VARCHAR;
-- known_until_at = known_from_at marks a version that was erased: it stays erased
UPDATE mentions SET known_until_at = NULL
WHERE known_until_at > known_from_at
  AND mention_key IN (SELECT bared_key FROM bared)
  AND known_until_at = (SELECT max(later.known_until_at) FROM mentions AS later
                        WHERE later.mention_key = mentions.mention_key AND later.known_until_at > later.known_from_at);
UPDATE cases SET known_until_at = NULL
WHERE known_until_at > known_from_at
  AND case_key IN (SELECT bared_key FROM bared)
  AND known_until_at = (SELECT max(later.known_until_at) FROM cases AS later WHERE later.case_key = cases.case_key);
