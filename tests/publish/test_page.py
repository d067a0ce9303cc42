"""Notebooks to pages, without a browser; what a page does there is in tests/browser/test_pages.py."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mlcourse.cli import main
from mlcourse.publish.page import export
from mlcourse.publish.page.cells import cell_html


def written(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def markdown(text, link=lambda address: address):
    return cell_html(new_markdown_cell(text), None, link)


def test_a_notebook_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent.ipynb is not there"):
        list(export([tmp_path / "absent.ipynb"], tmp_path / "site"))
    assert not (tmp_path / "site").exists()


def test_two_of_one_name(tmp_path):
    paths = [written(tmp_path / folder / "same.ipynb") for folder in "ab"]
    with pytest.raises(ValueError, match="Two notebooks are called same"):
        list(export(paths, tmp_path / "site"))


def test_a_notebook_that_fails_is_named_with_its_error(tmp_path, capsys):
    path = written(tmp_path / "broken.ipynb", new_code_cell("1 / 0"))
    assert main(["export", str(path), "--output", str(tmp_path / "site")]) == 1
    assert "broken.ipynb does not run to its end: ZeroDivisionError: division by zero" in capsys.readouterr().err


def test_a_link_to_nothing(tmp_path):
    path = written(tmp_path / "links.ipynb", new_markdown_cell("[there](gone.ipynb)"))
    with pytest.raises(ValueError, match=r"links.ipynb links to gone.ipynb, which is not there"):
        list(export([path], tmp_path / "site"))


def test_one_page_has_no_contents(tmp_path, capsys):
    path = written(
        tmp_path / "one.ipynb", new_markdown_cell("# One & only"), new_code_cell("print(1)\nprint(2)\n6 * 7")
    )
    assert main(["export", str(path), "--output", str(tmp_path / "site")]) == 0
    assert [file.name for file in (tmp_path / "site").iterdir()] == ["one.html"]
    page = (tmp_path / "site" / "one.html").read_text()
    assert "<title>One &amp; only</title>" in page
    assert ">42</pre>" in page
    assert ">1\n2\n</pre>" in page
    assert "Contents" not in page
    assert capsys.readouterr().out.endswith(f"{tmp_path / 'site' / 'one.html'}\n")


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("$x$ and $$y$$", 2),
        ("it costs 5$", 0),
        (r"it costs \$5 or \$6", 0),
        ("`$x$` is code, $x$ is not", 1),
        ("```\n$$a$$\n```\n", 0),
        ("$$\na_{1}\n= b_2\n$$", 1),
        ("$a_1$ and *some* $b_1$", 2),
    ],
)
def test_formulas_are_told_from_dollars(text, formulas):
    made = markdown(text)
    assert made.count("<math") == formulas
    assert "MLCFORMULA" not in made


def test_inside_of_a_tag_a_formula_stays_latex():
    made = markdown("![where $a<b$](x.png) and $a<b$, MLCFORMULA0X")
    assert 'alt="where a&lt;b"' in made
    assert made.count("<math") == 1
    assert "MLCFORMULA0X" in made


def test_links_are_rewritten_and_the_rest_stays():
    made = markdown("[a](one.ipynb) and [b](https://example.org/?a=1&b=2) ![c](x.png)", link=lambda a: a.upper())
    assert 'href="ONE.IPYNB"' in made
    assert 'href="HTTPS://EXAMPLE.ORG/?A=1&amp;B=2"' in made


def test_outputs_of_every_kind():
    outputs = [
        new_output("stream", text="\x1b[31mred\x1b[0m <b>"),
        new_output("display_data", {"text/html": "<i>first</i>", "text/plain": "no"}),
        new_output("display_data", {"text/html": "<i>second</i>"}),
        new_output("display_data", {"image/png": "AAAA\n", "text/plain": "<Figure>"}),
        new_output("execute_result", {"text/plain": "<array>"}),
        new_output("display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": "other"}}),
    ]
    made = cell_html(new_code_cell("", outputs=outputs), lambda model, readable: None, None)
    for part in ("red</span> &lt;b&gt;", "<i>first</i><i>second</i>", 'src="data:image/png;base64,AAAA" alt="&lt;Figure&gt;"',
                 "&lt;array&gt;", "only where Python runs"):  # fmt: skip
        assert part in made
    assert ">no<" not in made


def test_a_widget_takes_the_place_of_what_can_be_read():
    outputs = [
        new_output("display_data", {"text/html": "<table>"}),
        new_output("display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": "mine"}}),
    ]
    made = cell_html(new_code_cell("", outputs=outputs), lambda model, readable: f"[{model} {readable}]", None)
    assert made == "[mine <table>]"
