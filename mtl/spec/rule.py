"""A rule about the cells of a row, `discharge >= admission`: what may stand in one, and which columns it names.

Python's own syntax, of which a few forms are taken and nothing is ever run: columns, numbers, texts and truth values;
+ - * /; comparisons, chained, too; in and not in a list; and, or, not; missing(column). A column whose name is no
word stands in backticks.
"""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

from mtl.shown import shortened

EXAMPLE = "such as discharge >= admission, or `blood pressure` < 300 or missing(age)"

LONGEST, DEEPEST = 1000, 20
"""Characters of a rule, and levels of it."""

MISSING = "missing"
"""The one function: whether a cell is empty."""

_QUOTED = re.compile(r"`([^`]*)`")
_PLACEHOLDER = "_column_{}_"

_FORMS = (
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub),
    *(ast.Mult, ast.Div, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
    *(ast.Name, ast.Load, ast.Constant, ast.List, ast.Tuple, ast.Call),
)


@dataclass(frozen=True, eq=False)
class ParsedRule:
    """A rule that holds what may stand in one.

    Attributes:
        tree: its syntax, in which names stand for columns.
        columns: by the name in the tree, the column, in the order in which they stand.
    """

    tree: ast.expr
    columns: dict[str, str]


@lru_cache(maxsize=256)
def parsed_rule(text: str) -> ParsedRule:
    """The rule that a text is.

    Raises:
        ValueError: it is none; what was met, and an example.
    """
    if len(text) > LONGEST:
        raise ValueError(f"expected at most {LONGEST} characters; got {len(text)}")
    quoted: dict[str, str] = {}
    plain = _QUOTED.sub(lambda found: _placeholder(found.group(1), quoted), text)
    try:
        tree = ast.parse(plain.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"expected a rule, {EXAMPLE}; got {shortened(text)!r}") from error
    _require_levels(tree)
    tree = _Signed().visit(tree)
    for node in ast.walk(tree):
        _require_form(node)
    if not _tells_truth(tree):
        raise ValueError(f"expected what is true or false of a row, {EXAMPLE}; got {shortened(text)!r}")
    names = {node.id: quoted.get(node.id, node.id) for node in _in_order(tree)}
    columns = {name: column for name, column in names.items() if name != MISSING}
    if not columns:
        raise ValueError(f"expected at least one column, {EXAMPLE}; got {shortened(text)!r}")
    return ParsedRule(tree, columns)


class _Signed(ast.NodeTransformer):
    """-999 as a number, which Python's syntax reads as the negative of one."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """The number, if it is one."""
        number = node.operand.value if isinstance(node.operand, ast.Constant) else None
        if isinstance(node.op, ast.USub) and isinstance(number, int | float) and not isinstance(number, bool):
            return ast.copy_location(ast.Constant(-number), node)
        self.generic_visit(node)
        return node


def _placeholder(column: str, quoted: dict[str, str]) -> str:
    name = _PLACEHOLDER.format(len(quoted))
    quoted[name] = column
    return name


def _require_levels(tree: ast.expr) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ValueError(f"expected at most {DEEPEST} levels of brackets and operators")


def _require_form(node: ast.AST) -> None:
    if not isinstance(node, _FORMS):
        raise ValueError(f"expected columns, numbers, texts, comparisons, and, or, not; got {type(node).__name__}")
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | bool):
        raise ValueError(f"expected numbers, texts and truth values; got {node.value!r}")
    if isinstance(node, ast.Call) and not _asks_for_missing(node):
        raise ValueError(f"expected no function but {MISSING}(column); got {shortened(ast.unparse(node))}")
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            listed = isinstance(node.comparators[place], ast.List | ast.Tuple)
            if listed != isinstance(operator, ast.In | ast.NotIn):
                raise ValueError(f"expected a list after in, and only there; got {shortened(ast.unparse(node))}")
    if isinstance(node, ast.List | ast.Tuple) and not all(isinstance(each, ast.Constant) for each in node.elts):
        raise ValueError(f"expected a list of values; got {shortened(ast.unparse(node))}")


def _asks_for_missing(call: ast.Call) -> bool:
    named = isinstance(call.func, ast.Name) and call.func.id == MISSING
    return named and not call.keywords and len(call.args) == 1 and isinstance(call.args[0], ast.Name)


def _tells_truth(node: ast.expr) -> bool:
    match node:
        case ast.BoolOp():
            return all(map(_tells_truth, node.values))
        case ast.UnaryOp(op=ast.Not()):
            return _tells_truth(node.operand)
        case ast.Compare():
            return not any(_tells_truth(each) for each in (node.left, *node.comparators))
        case _:
            return isinstance(node, ast.Call)


def _in_order(tree: ast.expr) -> list[ast.Name]:
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))
