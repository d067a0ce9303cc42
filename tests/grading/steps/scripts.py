"""What a student may write in order that a browser runs it: each names itself to a function `note`, or asks for a page."""

import base64

from nbformat import v4

RUN = "note('{name}')"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

# Pieces of HTML, with RUN for the script.
HTML = {
    "script": "<script>RUN</script>",
    "onerror": '<img src="none" onerror="RUN">',
    "svg": '<svg onload="RUN"><script>RUN</script></svg>',
    "details": '<details open ontoggle="RUN">more</details>',
    "link": '<a href="javascript:RUN">press</a>',
    "link_in_disguise": '<a href="&#106;ava&#10;script:RUN">press</a>',
    "frame": '<iframe srcdoc="<script>parent.eval(`RUN`)</script>"></iframe>',
    "focus": '<input autofocus onfocus="RUN">',
    "button": '<form action="asked/form"><button onclick="RUN">press</button></form>',
    "refresh": '<meta http-equiv="refresh" content="0; url=asked/refresh">',
    "base": '<base href="asked/base/">',
    "style": "<style>body { background: url(asked/style) }</style>",
    "inline_style": '<p style="background: url(asked/inline)">text</p>',
    "over_all": '<div style="position: fixed; inset: 0; z-index: 9999">over the page</div>',
    "remote_picture": '<img src="asked/remote" alt="remote">',
    "embedded": '<object data="asked/object"></object><embed src="asked/embed">',
    "mutation": '<noscript><p title="</noscript><img src=x onerror=RUN>">',
    "math": '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=RUN>">',
    "same_id": '<b id="part-double">here</b><b id="double">here</b>',
    "later": '<script type="text/x-mathjax-config">RUN</script><script type="math/tex">\\href{javascript:RUN}{x}</script>',
    "own_file": '<a href="page.html">press</a><a href="http:page.html">press</a><iframe src="page.html"></iframe>',
    "tooltip": '<a data-toggle="tooltip" data-html="true" title="<img src=x onerror=RUN>" class="btn">press</a>',
    "formula_tag": r"$\text{<img src=x onerror=RUN>}$ and $\text{&lt;img src=x onerror=RUN&gt;}$",
    "formula_link": r"$\href{javascript:RUN}{x}$ and $$\style{background: url(asked/formula)}{x}$$",
    "formula_in_a_tag": "![$x$ $\" onerror=\"RUN$](none) <b title='$' onclick='RUN$'>press</b>",
}


def html(name):
    return HTML[name].replace("RUN", RUN.format(name=name))


def cells():
    """Added at the end of a submission: each trick as markdown, and as an output of every kind that can hold it."""
    shows = "from IPython.display import HTML, Javascript, Markdown, SVG, Latex, display\n"
    made = []
    for name in HTML:
        made.append(v4.new_markdown_cell(f"About {name}\n\n{html(name)}", id=f"text-{name}"))
        made.append(
            v4.new_code_cell(f"{shows}display(HTML({html(name)!r}), Markdown({html(name)!r}))", id=f"shown-{name}")
        )
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{RUN.format(name='as_svg')}\"><circle r='5'/></svg>"
    javascript = RUN.format(name="javascript")
    for name, show in {
        "javascript": f"display(Javascript({javascript!r}))",
        "as_svg": f"display(SVG({svg!r}))",
        "latex": f"display(Latex({html('script')!r}))",
        "text": f"print({html('script')!r}); {html('onerror')!r}",
        "widget": "display({'application/vnd.jupyter.widget-view+json': {'model_id': '1'}}, raw=True)",
        "isolated": f"display({{'text/html': {html('script')!r}}}, metadata={{'text/html': {{'isolated': True}}}}, raw=True)",
        "a_list": f"display({{'text/html': [{html('script')!r}]}}, raw=True)",
        "no_png": "display({'image/png': 'x\" onerror=\""
        + RUN.format(name="png").replace("'", "\\'")
        + "'}, raw=True)",
        "error": f"raise type({html('script')!r}, (Exception,), {{}})({html('onerror')!r})",
    }.items():
        made.append(v4.new_code_cell(shows + show, id=name))
    made.append(v4.new_raw_cell(html("onerror"), id="raw"))
    attached = {"a.png": {"text/html": base64.b64encode(html("script").encode()).decode()}}
    made.append(v4.new_markdown_cell("![](attachment:a.png)", id="attached", attachments=attached))
    made.append(v4.new_markdown_cell("![](attachment:none.png)", id="not-attached"))
    made.append(v4.new_markdown_cell("[press](javascript:" + RUN.format(name="md") + ") ![p](asked/md.gif?)", id="md"))
    return made


HONEST = {
    "a table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "mathematics": "Where $a<b$ and $$\\sum_i x_i < 3$$",
    "a picture": f"![a dot](data:image/png;base64,{PIXEL})",
    "a link": "[nbgrader](https://nbgrader.readthedocs.io)",
    "code": "```python\nif a < b:\n    return 'x'\n```",
}
