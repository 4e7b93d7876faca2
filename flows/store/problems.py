"""What can go wrong outside the study and its data, in words for the person at the keyboard."""


class UsageError(Exception):
    """The command cannot do what was asked; the message says what to do instead."""


class StageError(Exception):
    """A fault of ours. The message names the stage and the line of code; values stay out, as they may be answers."""
