"""Drawing: pure table to figure or component."""
