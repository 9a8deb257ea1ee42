"""The snapshot: one week on one page, for somebody who reads it for two minutes and must be able to trust it."""
