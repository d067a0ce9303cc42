"""What stands on a page of feedback beside the answer."""

from html.parser import HTMLParser

from bank import plain


def outputs(html):
    """Return the plain text of a feedback page's outputs: what was said about the answer, without the answer."""
    reader = _Outputs()
    reader.feed(html)
    return plain("".join(reader.found))


class _Outputs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.depth, self.found = 0, []

    def handle_starttag(self, tag, attrs):
        if tag == "div" and (self.depth or "output_wrapper" in dict(attrs).get("class", "").split()):
            self.depth += 1

    def handle_endtag(self, tag):
        if tag == "div" and self.depth:
            self.depth -= 1
            self.found.append(" ")

    def handle_data(self, data):
        if self.depth:
            self.found.append(data)
