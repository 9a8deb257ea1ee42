-- clocks/news: what is stored of these cases, and which of it is no longer true.
CREATE OR REPLACE TEMP TABLE stored_segments AS
SELECT case_key, content_hash
FROM clock_segments SEMI JOIN clock_scope USING (case_key)
WHERE known_until_at IS NULL;
CREATE OR REPLACE TEMP TABLE ended_segments AS
SELECT case_key, content_hash
FROM stored_segments ANTI JOIN (SELECT case_key, content_hash FROM staged_segments
                                WHERE EXISTS (FROM stored_segments)) AS staged USING (case_key, content_hash)
