-- read_staffing: what a message costs in work, as it is known now.
SELECT track, handling_seconds, occupancy_share, shrinkage_share, patience_seconds, mention_share
FROM staffing WHERE known_until_at IS NULL
