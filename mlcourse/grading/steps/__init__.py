"""The judge in nbgrader's own commands, as preprocessors; `chain` says which stands where.

`generate_assignment`: `release_check` runs the author's solutions through the judge once and records what crossed.
`autograde`: `opening` looks all submissions over (`batch`; `folder` one of them), reads them (`reading`) and says of those that
cannot be graded why (`not_graded`); `restore` gives a submission the author's cells back, `execute` has it judged, and
`reasons` writes to the gradebook what a grader should know. `generate_feedback`: `hide` takes hidden tests out of the page,
`repairs` tells what was mended, `page` gives it a form that everybody can read. Every page of nbgrader, the formgrader's too,
passes `harmless`, so that nothing a student wrote is run by a browser.
While nbgrader records, `ahead` has those computed that are `coming`, by the `workers`; `half_graded` drops what a command that
was killed left, and `once` reads once what is the same for all.
What they share: `step` their options, `author` what the author wrote, `job` what the judge is asked, `manifest` what is
kept between the commands, `files` what was handed in beside the notebook, `names` what a cell uses, `marks` how a course marks hidden lines.
"""
