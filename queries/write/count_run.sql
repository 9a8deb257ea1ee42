-- count_run: a batch's counters, in the transaction of its rows.
UPDATE runs SET
    read_count = read_count + $read_count::BIGINT,
    new_count = new_count + $new_count::BIGINT,
    changed_count = changed_count + $changed_count::BIGINT,
    same_count = same_count + $same_count::BIGINT,
    refused_count = refused_count + $refused_count::BIGINT,
    filtered_count = filtered_count + $filtered_count::BIGINT,
    deleted_count = coalesce(deleted_count, 0) + $deleted_count::BIGINT
WHERE run_id = $run_id::VARCHAR
