"""What `mlcourse.trace.follow` knows of a line: its text, its cells, its numbers, and what the reader has seen."""
