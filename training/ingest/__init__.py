"""Raw compounds to a clean table and pictures; what is bad goes to the dead-letter log."""
