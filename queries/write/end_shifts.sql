-- end_shifts: shifts that are no longer true end; what was known earlier stays known.
MERGE INTO shifts AS known
USING shift_batch AS batch
ON known.site = batch.site AND known.timezone = batch.timezone AND known.team = batch.team
   AND known.languages = batch.languages AND known.heads = batch.heads
   AND known.starts_at = batch.starts_at AND known.ends_at = batch.ends_at
   AND known.tracks = batch.tracks AND known.agents = batch.agents
   AND known.employer = batch.employer AND known.is_on_call = batch.is_on_call AND known.known_until_at IS NULL
WHEN MATCHED THEN UPDATE SET known_until_at = $known_at::TIMESTAMP
