"""The tests in one process, the student's code in another, and what may travel between them.

`wire` turns values into data and back, and is the only door to the judge: nothing that arrives is unpickled or
executed, and what is not on its list is refused. `frames` carries the data over a socket, within limits of size and
time. The kinds of values have a file each: `values`, `containers`, `exact`, `arrays`, `tensors`, `tables`, and
`references` for what stays on its side; `crossing` walks through them.
"""
