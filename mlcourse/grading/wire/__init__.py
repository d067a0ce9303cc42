"""Values as data, between two processes of which one trusts nothing that the other sends.

`message` turns a value into data and back: nothing that arrives is unpickled or executed, and what is not on its list is
refused. `frames` carries the data over a socket, within limits of size and time (`bounds`). The kinds of values have a file
each: `values`, `containers`, `exact`, `arrays`, `tensors`, `tables`, and `references` for what stays on its side; `crossing`
walks through them.
"""
