-- read_outage_start: since when a source that fails now was not read: its last success, else the start of this run.
SELECT coalesce((SELECT last_success_at FROM sources WHERE source = $source::VARCHAR),
                (SELECT started_at FROM runs WHERE run_id = $run_id::VARCHAR))
