"""Hacker News as its search tells it: asking, and reading what comes."""
