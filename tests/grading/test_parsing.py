"""Jobs are done side by side, and each is parsed."""

import ast
import threading

from mlcourse.grading.judge import parsing


def test_one_thread_at_a_time_is_in_the_parser(monkeypatch):
    """In Python 3.11 a second one is a SystemError now and then, too seldom to wait for it in a test."""
    inside, most = [], []
    original = ast.parse

    def watched(text):
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.01)
        inside.pop()
        return original(text)

    monkeypatch.setattr(parsing.ast, "parse", watched)
    threads = [threading.Thread(target=parsing.syntax_tree, args=["x = 1"]) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5
