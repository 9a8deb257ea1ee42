-- end_run: a run is over, well or with an error.
UPDATE runs SET ended_at = $at::TIMESTAMP, error = $error::VARCHAR WHERE run_id = $run_id::VARCHAR
