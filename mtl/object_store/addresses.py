"""What can be the address of a store."""

import re

from mtl.errors import UserError
from mtl.shown import shortened, without_passwords

ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\s?#@:]*)?|file:///[^\s?#]+")


def require_address(address: str) -> str:
    """The address of a store, as it was given.

    Raises:
        UserError: it is none.
    """
    if not ADDRESS.fullmatch(address):
        raise UserError(
            "MTL_STORE: expected s3://bucket/prefix, with keys and endpoint in the variables of AWS, or"
            f" file:///folder; got '{shortened(without_passwords(address))}'"
        )
    return address
