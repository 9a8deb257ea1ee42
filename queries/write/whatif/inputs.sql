-- whatif/inputs: the calendars and policies of a "what if", where the clocks look for theirs.
CREATE OR REPLACE TEMP TABLE clock_policies AS SELECT * FROM whatif_policies;
CREATE OR REPLACE TEMP TABLE clock_hours AS SELECT * FROM whatif_hours
