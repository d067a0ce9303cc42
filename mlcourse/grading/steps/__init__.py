"""The judge in nbgrader's own commands, as preprocessors; `chain` says which stands where.

`generate_assignment`: `release_check` runs the author's solutions through the judge once and records what crossed.
`autograde`: `opening` reads a submission, `restore` gives it the author's cells back, `execute` has it judged, and
`reasons` writes to the gradebook what a grader should know. `generate_feedback`: `hide` takes hidden tests out of the page.
What they share: `step` their options, `author` what the author wrote, `job` what the judge is asked, `manifest` what is
kept between the commands, `files` what was handed in beside the notebook, `names` what a cell uses.
"""
