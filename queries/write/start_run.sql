-- start_run: a run begins.
INSERT INTO runs BY NAME
SELECT $run_id::VARCHAR AS run_id, $source::VARCHAR AS source, $at::TIMESTAMP AS started_at,
       0 AS read_count, 0 AS new_count, 0 AS changed_count, 0 AS same_count, 0 AS refused_count, 0 AS filtered_count,
       0 AS deleted_count
