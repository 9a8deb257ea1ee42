"""Mastodon's hashtag timelines: talking to a server, walking a timeline, and what a post becomes."""
