"""From a store's address to the store."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from fsspec.core import url_to_fs

from mtl.errors import UserError
from mtl.object_store.addresses import require_address
from mtl.object_store.bucket_objects import BucketObjects
from mtl.object_store.folder_objects import FolderObjects
from mtl.object_store.objects import Objects


def open_objects(address: str) -> Objects:
    """The store at an address; for `s3://`, credentials and endpoint are the environment's (`AWS_*`).

    Raises:
        UserError: it is no address of a store, or the package that reaches it is not installed.
    """
    require_address(address)
    if address.startswith("file:"):
        return FolderObjects(Path(unquote(urlsplit(address).path)))
    try:
        # What is listed is never remembered: other hosts write at any time.
        files, root = url_to_fs(address, use_listings_cache=False)
    except ImportError as error:
        raise UserError(
            "MTL_STORE: s3fs is not installed; pip install 'mtl-pipeline[s3]' on each host, or unset MTL_STORE"
        ) from error
    return BucketObjects(files, root.rstrip("/"), address)
