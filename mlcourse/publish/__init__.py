"""How a text becomes what a student opens: notebooks, released assignments, later pages and the student edition."""
