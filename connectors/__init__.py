"""The edge: the only room that speaks to the outside world."""
