# Runs the story of lecture 02 to its end and takes what it returns.
# %% name="conv2d"
from mlcourse import walkthroughs


def conv2d(x, w, b=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    story = walkthroughs.conv2d(x, w, b, stride=stride, padding=padding, dilation=dilation)
    while True:
        try:
            next(story)
        except StopIteration as end:
            return end.value
