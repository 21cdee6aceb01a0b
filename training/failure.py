"""What a command tells its user instead of a stack trace."""


class TrainingFailure(Exception):
    """The message says what is wrong and what to do."""
