"""Sluice's models: trained, described, and published to the MLflow registry."""
