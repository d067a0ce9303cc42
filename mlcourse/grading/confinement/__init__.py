"""What keeps a student's process by itself: no network, nothing of the course on its disk, bounds on all it uses.

Two layers. A warm process lives in bubblewrap, which shows it Python and nothing else (`bubblewrap`). Each of its copies, one a
submission, then goes into namespaces of its own with an empty disk (`nest`), can open no others (`system_calls`) and is
ended when it uses too much (`bounds`). Whether that works on a machine is found out by trying it once.

Nothing here makes a verdict more certain: that is the judge's part. This protects the machine, the gradebook and the others.
"""
