"""Where question and drawing meet: Dash callbacks and HTTP routes."""
