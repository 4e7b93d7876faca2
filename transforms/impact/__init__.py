"""From scores to effects: every number with the uncertainty its clusters can carry, or the reason it has none."""
