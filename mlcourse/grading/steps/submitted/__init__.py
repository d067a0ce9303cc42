"""`nbgrader autograde`, before anything runs: what came, taken in whatever state it is.

`opening` looks all submissions over (`batch`; `folder` one of them), reads them (`reading`) and says of those that cannot be
graded why (`not_graded`). `restore` gives a submission the author's cells back, in their `order`; `files` are those beside
the notebook. `half_graded` drops what a command that was killed left.
"""
