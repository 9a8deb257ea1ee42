-- clocks/segments: pieces cut where a pause begins or ends. reason_no counts the reasons in the order of staged.sql.
CREATE OR REPLACE TEMP TABLE clock_cuts AS
WITH pauses AS (
    SELECT clock_no, piece_no, clock_pieces.until_s AS piece_end_s,
           greatest(clock_pauses.since_s, clock_pieces.since_s) AS since_s, clock_pauses.until_s, reason_no
    FROM clock_pieces JOIN clock_pauses USING (case_key)
    WHERE may_pause AND clock_pauses.since_s < clock_pieces.until_s AND clock_pauses.until_s > clock_pieces.since_s
),
marks AS (
    SELECT clock_no, piece_no, since_s, false AS is_paused, NULL AS reason_no FROM clock_pieces
    UNION ALL
    SELECT clock_no, piece_no, since_s, true AS is_paused, reason_no FROM pauses
    UNION ALL
    SELECT clock_no, piece_no, until_s AS since_s, false AS is_paused, NULL AS reason_no
    FROM pauses WHERE until_s < piece_end_s
),
cut AS (
    SELECT *, lead(since_s) OVER (PARTITION BY clock_no ORDER BY since_s, piece_no, is_paused) AS until_s FROM marks
    QUALIFY until_s IS NULL OR until_s > since_s
)
SELECT cut.*, start_s, target_seconds, calendar_no, stop_s,
       coalesce(cut.until_s, stop_s) AS end_s
FROM cut JOIN (SELECT piece_no, start_s, stop_s, target_seconds, calendar_no FROM clock_pieces) AS pieces USING (piece_no)
