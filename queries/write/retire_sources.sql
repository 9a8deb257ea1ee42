-- retire_sources: sources that no longer stand in the site file keep their rows and are no longer expected.
UPDATE sources SET is_active = list_contains($sources::VARCHAR[], source)
