"""Errors that a user can act on. Each message is one line: what was wrong, what was expected, what to do next."""


class MtlError(Exception):
    """The root of every error that the program raises on purpose; shown without a traceback, exit status 1."""


class UserError(MtlError):
    """The user's mistake (a spec, a name, an argument), exit status 2."""


class SpecError(UserError):
    """A spec that cannot be used; the message names the file, the line, the key and what is allowed."""


class DataError(MtlError):
    """Data that cannot be read or does not pass its checks."""


class TrainingDivergedError(MtlError):
    """A run whose loss or gradient became NaN or infinite."""


class StudyFailedError(MtlError):
    """A study that cannot answer what it was asked, though runs of it finished; the champion is untouched."""


class PretrainingFailedError(MtlError):
    """A run whose weights another run was to start from did not finish."""


class DiskFullError(MtlError):
    """There is too little room on the disk, or there was none when something was written."""


class RegistryUnreachableError(MtlError):
    """The registry cannot be read: not the same answer as an empty one."""


class PromotionRefusedError(MtlError):
    """The alias was not moved; the champion is untouched."""


class LeaseError(MtlError):
    """What only one process may do at a time is another's now; nothing more was changed."""
