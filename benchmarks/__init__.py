"""How long the main job takes, as ratios measured side by side in one run. `make bench` runs it."""
