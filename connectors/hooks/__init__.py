"""What others post to us: who sent it, what it says, and what of it cannot be read."""
