"""Loan applications of today or of a changed world, sent to a running API with their truth."""
