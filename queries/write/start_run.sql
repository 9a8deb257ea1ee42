-- start_run: a run begins.
INSERT INTO runs VALUES ($run_id::VARCHAR, $source::VARCHAR, $at::TIMESTAMP, NULL, 0, 0, 0, 0, 0, 0, NULL)
