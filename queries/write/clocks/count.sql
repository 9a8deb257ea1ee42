-- clocks/count: how many segments have ended, and how many are new.
SELECT (SELECT count(*) FROM ended_segments),
       (SELECT count(*) FROM clock_aimed) - (SELECT count(*) FROM stored_segments) + (SELECT count(*) FROM ended_segments)
