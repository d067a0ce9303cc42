"""`nbgrader generate_feedback`, and the formgrader's pages.

`hide` takes hidden tests out of the page, `repairs` tells what was mended, `page` gives it a form that everybody can read.
Every page of nbgrader passes `harmless`, so that nothing a student wrote is run by a browser.
"""
