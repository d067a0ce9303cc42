"""An extension of the Jupyter server: it answers others while nbgrader's formgrader grades.

The formgrader does what its buttons say in the one thread in which the server answers everybody. Here the four long ones
(generate, autograde, and feedback for one or for all) get a thread of their own, one after the other; what they do is nbgrader's.
It is on wherever mlcourse is installed, and does nothing where the formgrader is off.
"""

import asyncio
import json

FORMGRADER = "nbgrader.server_extensions.formgrader"
LONG = {  # address below /formgrader/api/ -> method of nbgrader's API
    "assignment/([^/]+)/assign": "generate_assignment",
    "assignment/([^/]+)/generate_feedback": "generate_feedback",
    "assignment/([^/]+)/([^/]+)/generate_feedback": "generate_feedback",
    "submission/([^/]+)/([^/]+)/autograde": "autograde",
}


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(server):
    """Put our handlers before nbgrader's: a server asks its extensions in the order of their names."""
    if not dict(server.jpserver_extensions).get(FORMGRADER):
        return
    try:
        handlers = _handlers(server.base_url)
    except ImportError as error:  # another nbgrader: then its own handlers answer
        server.log.warning("mlcourse: the server will not answer while the formgrader grades (%s)", error)
        return
    server.web_app.add_handlers(".*$", handlers)


def _handlers(base_url):
    from jupyter_server.utils import url_path_join
    from nbgrader.server_extensions.formgrader.base import BaseApiHandler, check_notebook_dir, check_xsrf
    from tornado import web

    one_at_a_time = asyncio.Lock()

    class InAThread(BaseApiHandler):
        def initialize(self, method):
            self.method = method

        @web.authenticated
        @check_xsrf
        @check_notebook_dir
        async def post(self, *names):
            async with one_at_a_time:
                done = await asyncio.to_thread(getattr(self.api, self.method), *names)
            self.write(json.dumps(done))

    return [
        (url_path_join(base_url, "formgrader/api", address), InAThread, {"method": method})
        for address, method in LONG.items()
    ]
