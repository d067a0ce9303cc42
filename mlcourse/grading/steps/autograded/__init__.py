"""`nbgrader autograde`: submissions are judged, and what came of it is written down.

`execute` has one judged, as a `job`; `reasons` writes to the gradebook what a grader should know. While nbgrader records one,
`ahead` has those computed that are `coming`, by the `workers`.
"""
