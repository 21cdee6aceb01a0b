"""The learning loop as a story: the services are real, it only shifts the world and watches."""
