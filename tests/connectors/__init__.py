"""What is promised about the ways in and out."""
