"""Raw compounds in, one clean table and the pictures out; what is bad goes to the dead-letter log."""
