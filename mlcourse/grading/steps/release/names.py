"""Which names a cell uses and binds, read from its text: nothing is run."""

import ast
import re

from mlcourse.grading.judge.parsing import syntax_tree

MAGIC = re.compile(r"^\s*[%!]")


def uses_withheld(text, author, withheld):
    """Whether a cell uses what the author imports from a withheld module, and nothing else needs what the cell binds.

    Such a cell can only be shown with the author's modules; a student's process has stand-ins for them.

    Parameters
    ----------
    text : str
        Of the cell.
    author : list of str
        Texts of the author's other cells that run in the student's process.
    withheld : sequence of str
        Modules, in full.

    Returns
    -------
    bool
        An import alone uses nothing. Names of a star import are not known.
    """
    tree = parsed(text)
    if tree is None or not withheld:
        return False
    others = [found for found in map(parsed, author) if found is not None]
    imports = {}
    for found in [*others, tree]:
        imports |= _imported(found)
    if not any(_within(name, withheld) for name in _named(tree, imports)):
        return False
    needed = {node.id for found in others for node in ast.walk(found) if _loads(node)}
    return not _bound(tree) & needed


def parsed(text):
    """Parse a cell without its magics.

    Parameters
    ----------
    text : str
        Of the cell.

    Returns
    -------
    ast.Module or None
        None where it is no Python.
    """
    try:
        return syntax_tree("\n".join("" if MAGIC.match(line) else line for line in text.split("\n")))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _imported(tree):
    """Name -> what it stands for, in full."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _named(tree, imports):
    """Each dotted name that is read, in full."""
    for node in ast.walk(tree):
        path, inner = [], node
        while isinstance(inner, ast.Attribute):
            path.append(inner.attr)
            inner = inner.value
        if _loads(inner) and inner.id in imports:
            yield ".".join([imports[inner.id], *reversed(path)])


def _within(name, withheld):
    return any(name == module or name.startswith(f"{module}.") for module in withheld)


def _loads(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _bound(tree):
    bound = set(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not _loads(node):
            bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
    return bound
