"""A server that speaks as S3 does, on loopback, with a bucket; a process of its own, as a team's would be."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import fsspec

from tests.mtl.registry.processes import free_port, started

BUCKET = "team"


@contextmanager
def s3_server(folder: Path) -> Iterator[Mapping[str, str]]:
    """The variables by which whatever speaks to S3 finds it."""
    port = free_port()
    keys = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with started(["moto.server", "-H", "127.0.0.1", "-p", str(port)], "Running on", folder, {}):
        told = {"endpoint_url": keys["AWS_ENDPOINT_URL"], "key": "tests", "secret": "tests"}
        fsspec.filesystem("s3", **told).mkdir(BUCKET)
        yield keys
