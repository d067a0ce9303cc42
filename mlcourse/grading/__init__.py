"""Grading of nbgrader assignments, of any course: the tests run outside the student's process, and only values cross.

Whatever runs beside a student's code can be forged by it. So `judge` keeps the tests in a process of their own and asks
the student's process for values. It knows nothing of nbgrader; nothing here knows this course.
"""
