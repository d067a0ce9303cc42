"""`nbgrader generate_assignment`: what the author wrote, and whether it can be judged.

`release_check` runs the author's solutions through the judge, and `manifest` keeps what crossed then. `author` is what the author
wrote, cell by cell; `names` what a cell of it uses; `marks` how a course marks hidden lines.
"""
