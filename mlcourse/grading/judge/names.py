"""Which names of a notebook are the author's and which the student's, read from the author's own notebook.

The judge has the author's names itself: what cells that are given import, define and calculate. What a solution cell binds
is the student's, and is asked for. The last cell before a test that binds a name decides; but a thing that is given and that
the solution then works on (``net.train()``, ``results[0] = ...``) is the student's from there on.
"""

import ast
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager

from mlcourse.grading.judge.parsing import syntax_tree

GIVEN, SOLUTION = "given", "solution"
BEGIN, END = "### BEGIN STUDENT SIDE", "### END STUDENT SIDE"


@dataclass
class Statement:
    """A statement of the author's, at the outermost level of a cell."""

    cell: int
    kind: str
    node: ast.stmt
    binds: set = field(default_factory=set)
    uses: set = field(default_factory=set)
    changes: set = field(default_factory=set)
    works_on: set = field(default_factory=set)

    @property
    def is_a_thing(self):
        """Whether it binds what was calculated: no module, function or class."""
        made = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
        return not isinstance(self.node, made)


def parse(source):
    """Return the statements of a cell, magics and all; none where it is no Python.

    Parameters
    ----------
    source : str
    """
    try:
        return syntax_tree(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


class Names:
    """The names of an author's notebook.

    Parameters
    ----------
    cells : list of dict
        Its code cells in order: ``id``, ``source``, ``kind``.
    """

    def __init__(self, cells):
        self.places = {cell["id"]: number for number, cell in enumerate(cells)}
        self.statements = [
            _told(number, cell["kind"], node) for number, cell in enumerate(cells) for node in parse(cell["source"])
        ]

    def before(self, cell_id):
        """Return what a test needs.

        Parameters
        ----------
        cell_id : str

        Returns
        -------
        needed : list of ast.stmt
            The author's statements that must have run before it, in order.
        theirs : set of str
            Names that belong to the student at that place.
        ours : set of str
            Names that an author's cell binds; where that fails, nobody else is asked for them.
        """
        place = self.places[cell_id]
        earlier = [s for s in self.statements if s.cell < place]
        wanted = set().union(*(s.uses for s in self.statements if s.cell == place))
        theirs, ours, seen, of_the_student = set(), set(), set(), self.of_the_student()
        chosen = {n for n, s in enumerate(earlier) if s.kind == GIVEN and (_seeds(s.node) or _imports_all(s.node))}
        wanted = wanted.union(*(earlier[n].uses for n in chosen))
        while wanted - seen:
            name = (wanted - seen).pop()
            seen.add(name)
            binders = [n for n, s in enumerate(earlier) if name in s.binds]
            if not binders:
                continue
            last = earlier[binders[-1]]
            worked_on = last.is_a_thing and any(
                s.kind == SOLUTION and name in s.works_on for s in earlier[binders[-1] :]
            )
            if worked_on or (last.kind == SOLUTION and not _imports_a_module(last.node)):
                theirs.add(name)
                continue
            ours.add(name)
            for number, s in enumerate(earlier):
                # A call that is given, of something of the student's, was made over there.
                changes = name in s.changes and not (isinstance(s.node, ast.Expr) and s.uses & of_the_student)
                if _runs_here(s) and (name in s.binds or changes) and number not in chosen:
                    chosen.add(number)
                    wanted |= s.uses
        return [earlier[number].node for number in sorted(chosen)], theirs, ours

    def of_the_student(self):
        """Return all names that solution cells bind."""
        return set().union(*(s.binds for s in self.statements if s.kind == SOLUTION))


def _runs_here(statement):
    return statement.kind == GIVEN or _imports_a_module(statement.node)


def _imports_a_module(node):
    return isinstance(node, ast.Import)


def _imports_all(node):
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


def _seeds(node):
    call = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    return call is not None and "seed" in ast.unparse(call.func)


def _told(cell, kind, node):
    binds, uses, changes, works_on = set(), set(), set(), set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            (uses if isinstance(part.ctx, ast.Load) else binds).add(part.id)
            if isinstance(part.ctx, ast.Del):
                uses.add(part.id)
    inner = _bound_inside(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        binds = {node.name}
    elif isinstance(node, ast.Import | ast.ImportFrom):
        binds = _imported(node)
    else:
        binds -= inner
        for part in ast.walk(node):
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                binds.add(part.name)
            elif isinstance(part, ast.Import | ast.ImportFrom):
                binds |= _imported(part)
            elif isinstance(part, ast.ExceptHandler) and part.name:
                binds.add(part.name)
        changes, works_on = _changed(node), _changed(node, by_arguments=False)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        uses.add(node.target.id)
    return Statement(cell, kind, node, binds, uses, changes, works_on)


def _imported(node):
    return {alias.asname or alias.name.partition(".")[0] for alias in node.names} - {"*"}


def _bound_inside(node):
    """Names that are bound only inside functions, lambdas and comprehensions."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.comprehension):
            found |= {n.id for n in ast.walk(part.target) if isinstance(n, ast.Name)}
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= {n.id for n in ast.walk(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return found


def _changed(node, by_arguments=True):
    """Names whose objects a statement may change: targets of attributes and subscripts, receivers and arguments of calls."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load):
            found |= _root(part)
        elif isinstance(part, ast.AugAssign):
            found |= _root(part.target)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        found |= _root(call.func) if isinstance(call.func, ast.Attribute) else set()
        if by_arguments:
            found |= {n.id for argument in call.args for n in ast.walk(argument) if isinstance(n, ast.Name)}
    elif isinstance(node, ast.For | ast.While | ast.If | ast.With):
        for part in node.body + getattr(node, "orelse", []):
            found |= _changed(part, by_arguments)
    return found


def _root(node):
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()
