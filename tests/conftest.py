"""Each test process computes in one thread: the processes share the cores, and on small arrays threads only wait."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
