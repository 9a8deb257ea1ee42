"""What happens on the clock: collect, understand, draw frames."""
