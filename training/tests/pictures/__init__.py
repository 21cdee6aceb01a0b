"""Generated pictures of every kind, each with what the reference makes of it."""
