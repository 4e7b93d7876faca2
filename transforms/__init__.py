"""Nouns and numbers: a frame and a specification in, a new frame or result out. Never a file, a clock or a log."""
