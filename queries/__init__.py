"""Memory and answers: the only room that imports duckdb."""
