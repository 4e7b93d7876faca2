"""What surrounds an effect: who was lost, how alike the arms were, what is ruled out, what the design could find."""
