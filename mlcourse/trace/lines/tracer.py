"""Watches a function's lines as they run, and tells each that touched a number."""

import inspect
import sys
import time
import traceback
from dataclasses import replace

import numpy as np

from mlcourse.trace.lines import words
from mlcourse.trace.lines.call import Call
from mlcourse.trace.lines.file import file_of
from mlcourse.trace.lines.memory import all_of
from mlcourse.trace.lines.reader import Reader
from mlcourse.trace.step import Step, Trace

MOST_TOLD = 300_000  # numbers and marks; more is no story, and too much for a notebook


class Stopped(BaseException):
    """Raised in a function whose time is over. Where a bare `except` drops it, the watch is set anew."""

    def __init__(self, again):
        self._again = again

    def __del__(self):
        self._again()


class Tracer:
    """Runs a function once and makes a `Trace` of it.

    The story begins with the function whose code this is; those with the same globals (``names``) are followed too.
    """

    def __init__(self, code, names, limit, seconds):
        self._code, self._names, self._limit, self._seconds = code, names, limit, seconds
        self._reader, self._steps, self._sources = Reader(), [], []
        self._calls, self._files = {}, {}  # frame -> Call, code -> File or None
        self._outermost = None  # frame with which the story begins
        self._errors = []  # (position among the steps, error)
        self._cut, self._cut_is_told = None, False  # title and sentence of why nothing more is told
        self._silent_end = None  # file and line at which the function ended without a `return`
        self._mistake = None  # an error of ours
        self._running = True

    def run(self, function):
        """Call a function without arguments and return the `Trace`."""
        result = error = None
        before, self._end = sys.gettrace(), time.perf_counter() + self._seconds
        sys.settrace(self._on_call)
        try:
            result = function()
        except Stopped:
            self._running = False
        except (Exception, SystemExit) as raised:
            error = raised
        finally:
            sys.settrace(before)
            self._running = False
            self._calls.clear()  # frames that would keep each other
        if self._mistake is not None:
            raise self._mistake
        if error is not None:
            self._tell_the_last(error)
        elif self._silent_end and not self._cut:
            self._add(*self._silent_end, "The end", words.NO_RESULT)
        for position, caught in self._errors:
            if caught is not error:
                told = self._steps[position]
                self._steps[position] = replace(told, says=told.says + words.CAUGHT)
        why = f"{self._steps[-1].title}: {error}" if error is not None else self._cut[0] if self._cut else ""
        return Trace(self._reader.grids, tuple(self._steps), tuple(self._sources), result=result, error=why)

    # What Python calls: for each function that begins, then for each event in those that are followed.

    def _on_call(self, frame, event, argument):
        if not self._running or frame.f_globals is not self._names:
            return None
        code = frame.f_code
        if code not in self._files:
            self._files[code] = file_of(code, self._names)
        if self._cut or code.co_name.startswith("<"):
            return self._on_clock
        if self._files[code] is None or (self._outermost is None and code is not self._code):
            return None
        if frame not in self._calls:  # else a generator goes on
            self._enter(frame, self._files[code])
        return self._on_event

    def _on_clock(self, frame, event, argument):
        if event == "line":
            self._look_at_the_clock(frame, self._on_clock)
        return self._on_clock

    def _on_event(self, frame, event, argument):
        if event == "line":
            self._look_at_the_clock(frame, self._on_event)
        if self._running:
            begun, told = time.perf_counter(), len(self._steps)
            try:
                with np.errstate(all="ignore"):
                    self._watch(frame, event, argument)
            except RecursionError:  # a student's recursion left no room to look at this line
                self._reader.lost = True
            except Exception as error:  # ours, which must not look like the student's
                self._mistake, self._cut, self._cut_is_told = error, ("", ""), True
            if len(self._steps) > told:
                self._end += time.perf_counter() - begun  # to tell a step is not the function's time
        return self._on_event

    def _look_at_the_clock(self, frame, trace):
        if not self._running or time.perf_counter() < self._end:
            return
        if self._cut != words.too_long(self._seconds):
            self._cut = words.too_long(self._seconds)
            self._tell_cut(frame)

        def again():
            if self._running:
                sys.settrace(self._on_call)
                frame.f_trace = trace

        raise Stopped(again)  # Python ends tracing when a trace function raises

    def _watch(self, frame, event, argument):
        if self._cut:
            if event == "return" and frame is self._outermost:
                self._tell_cut(frame)
            return
        call = self._calls[frame]
        if event == "line":
            statement = call.file.statements.get(frame.f_lineno)
            if statement is not call.statement or (statement and statement.repeats):
                self._finish(call)
                call.begin(statement)
                for value in call.values():
                    self._reader.hold(value)
            call.line = frame.f_lineno
        elif event == "return":
            self._leave(call, argument)
        elif not isinstance(argument[1], StopIteration | GeneratorExit):
            call.error = argument[1]

    def _enter(self, frame, file):
        code, back = frame.f_code, frame.f_back
        while back is not None and back not in self._calls:
            back = back.f_back
        if back is not None:
            self._calls[back].helpers |= set(code.co_qualname.split("."))  # a class is called by its own name
        elif self._outermost is None:
            self._outermost = frame
            told = self._reader.tell([], [], [], {}, also=frame.f_locals.items())
            line = file.functions[code.co_firstlineno, code.co_name]
            self._add(file, line, f"{code.co_name} is called", words.CALLED, told)
        self._calls[frame] = Call(frame, file, "" if frame is self._outermost else code.co_name)

    def _leave(self, call, result):
        silent = result is None and call.error is None and not (call.statement and call.statement.returns)
        self._finish(call, result)
        call.begin(None)
        if call.frame is self._outermost:
            self._silent_end = (call.file, call.line) if silent else None
            if self._cut:
                self._tell_cut(call.frame)
        if not call.frame.f_code.co_flags & inspect.CO_GENERATOR:
            del self._calls[call.frame]

    # What is told.

    def _finish(self, call, result=None):
        """Tell the statement that has just run, if it touched a number."""
        statement, error, here = call.statement, call.error, call.frame.f_locals
        if statement is None or any(error is told for _, told in self._errors):
            return
        scope, ends = call.scope(statement), statement.returns and call.frame is self._outermost
        read, wrote, bound = call.read(scope), call.wrote() + self._reader.changes(call.values()), call.bound(scope)
        if ends and error is None:
            bound += all_of(statement.results(result))
        if not (read or wrote or bound or error or ends) or self._is_full():
            return
        title, says = words.where(statement, call.helper, here), statement.says or words.RESULT * ends
        if error is not None:
            title, says = words.of_error(error, title)
        told = self._reader.tell(read, wrote, bound, here, statement.sums)
        self._add(call.file, statement.line, title, says, told, call.worked(scope, result), error)
        self._reader.make_room(lambda: [value for other in self._calls.values() for value in other.values()])

    def _is_full(self):
        if len(self._steps) >= self._limit:
            self._cut = words.too_many(self._limit)
        elif self._reader.told > MOST_TOLD:
            self._cut = words.too_large(len(self._steps))
        return self._cut is not None

    def _tell_cut(self, frame):
        if not self._cut_is_told:
            self._cut_is_told = True
            self._add(self._files[frame.f_code], frame.f_lineno, *self._cut, self._reader.tell_all(frame.f_locals))

    def _tell_the_last(self, error):
        """Tell an error that is not the last step yet: it came before the first line, or after others, or the cut."""
        if self._errors and self._errors[-1] == (len(self._steps) - 1, error):
            return
        file = line = None
        for frame, number in traceback.walk_tb(error.__traceback__):
            if self._files.get(frame.f_code):
                file, line = self._files[frame.f_code], number
        told = self._reader.tell_all({})
        self._add(file, line, *words.of_error(error, f"Line {line}" if file else ""), told, error=error)

    def _add(self, file, line, title, says, told=None, numbers="", error=None):
        place = None
        if file and line in file.places:
            source, position = file.places[line]
            if source not in self._sources:
                self._sources.append(source)
            place = self._sources.index(source), position
        self._steps.append(Step(title, says, numbers=numbers, line=place, **(told or {})))
        if error is not None:
            self._errors.append((len(self._steps) - 1, error))
