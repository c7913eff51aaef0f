"""The office's mistakes and the world's failures; a clerk's mistake is a Finding, never an exception."""


class ReturnsError(Exception):
    """Something a person can put right; its text is shown as it is, in Chinese."""

    exit_code = 1


class DefinitionError(ReturnsError):
    """config/ says something that cannot be; the text names the file, the line or key, and what is allowed."""

    exit_code = 3


class Unavailable(ReturnsError):
    """The share, the archive or the warehouse cannot be reached now; worth another try later."""

    exit_code = 4


class Refused(ReturnsError):
    """The command itself makes no sense at this moment: a campaign not opened, a time before an earlier run."""

    exit_code = 5
