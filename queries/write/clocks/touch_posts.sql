-- clocks/touch_posts: the cases about the posts of a batch: when a post was written is when its clocks began.
CREATE OR REPLACE TEMP TABLE clock_touched AS
SELECT case_key
FROM cases SEMI JOIN (SELECT item_key FROM staged WHERE fate IN ('new', 'changed')) AS posts USING (item_key)
WHERE known_until_at IS NULL
