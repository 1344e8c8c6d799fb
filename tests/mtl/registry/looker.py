"""A process that looks at test rows: says `ready`, then opens the look of each line, and says what it was granted.

looker.py URI   lines: `DIGEST FIRST LAST`, the look's digest and which rows it is at.
"""

import sys

from mtl import registry
from mtl.promotion.error_budget import Granted
from mtl.registry import LookRequest, Registry
from tests.mtl.promotion.looks import ALPHA, rows
from tests.mtl.registry.promoter import say

if __name__ == "__main__":
    where = Registry(sys.argv[1])
    registry.read_ledger(where)
    say("ready")
    for line in sys.stdin:
        digest, first, last = line.split()
        look = LookRequest(rows(range(int(first), int(last))), digest, "reviews", "", ALPHA)
        answer = registry.open_look(where, look)
        say(f"{answer.number} {answer.level}" if isinstance(answer, Granted) else "refused")
