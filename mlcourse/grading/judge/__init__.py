"""The tests in one process, the student's code in another.

`driver.compute(job)` runs a notebook: the cells of the author's tests in a `judge`, all others in a `student`, both copies of
a warm process (`zygote`; `warm` keeps them, `preload` says what they import), with time for each step (`clock`).

- In the judge: `names` tells which names of a notebook are the author's, `namespace` asks the student's process for the
  others, `examination` runs one test and says what it is worth.
- Between them: `peer` is one end of the conversation, `asking` the judge's, `answering` the student's. `proxies` stand for
  objects of the other side, `operations` are what may be asked of one, `errors`, `in_place`, `gradients` and `beside`
  what goes with a value.
- What may come back: `contract` keeps what crossed when the author's own solution was judged; `may` says what the student's
  code may do with things of the author's.
- What the student is told: `telling` leaves out all that hidden lines could have put there; `regions` finds these lines.
- Where several jobs are done at once: `parsing` lets one thread at a time into Python's parser.
- In the student's process: `shell` runs cells (the judge uses it too), `withheld` stands for modules that are not there.
"""
