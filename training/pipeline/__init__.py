"""A model trained again: stages that hand over to one another by files in a work folder."""
