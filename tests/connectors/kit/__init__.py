"""The kit every connector is tested with: misbehaving servers on the loopback, and a desk that lends what IO lends."""
