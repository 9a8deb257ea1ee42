"""Jetstream, Bluesky's public stream of everything written there, as websocket messages in JSON."""
