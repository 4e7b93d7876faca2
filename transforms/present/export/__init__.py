"""What may be handed on of a run beside its report: tables whose small cells are hidden, and what they are."""
