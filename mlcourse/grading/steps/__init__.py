"""The judge in nbgrader's own commands, as preprocessors. A room for each of nbgrader's folders; `chain` says which stands where.

What they share: `step` their options and the course's folders, `once` reads once what is the same for all submissions,
`kept` is what is kept between the commands.
"""
