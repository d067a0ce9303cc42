"""The StackBuilder in both hosts: layers by keyboard, an impossible one explained, no kernel, kept, set from Python."""

import pytest
from builder_page import LECTURE, drawn_right, focused, line, table, wait_for_layers, words
from explorer_page import press, wait_until
from test_every_widget import AXE, RULES


def test_the_table_is_that_of_the_stack(builder):
    page, root = builder
    assert table(root) == [
        ["0 image", "(1, 32, 32)", "0", "0", "(1, 1)"],
        ["1 Conv", "(3, 32, 32)", "30", "27,648", "(3, 3)"],
        ["2 MaxPool", "(3, 16, 16)", "0", "0", "(4, 4)"],
        ["3 Conv", "(5, 16, 16)", "140", "34,560", "(8, 8)"],
        ["together", "", "170", "62,208", ""],
    ]
    written = "Stack([Conv(3, 3, padding='same'), MaxPool(2), Conv(5, 3, padding='same')], image=(1, 32, 32))"
    assert root.locator(".mlc-written code").text_content() == written
    assert page.python(f"str({written}) == str(builder.stack)")


def test_layers_are_edited_by_keyboard_and_taken_back(builder):
    page, root = builder
    with page.keys_stay_inside():
        filters = root.get_by_label("filters of layer 1, Conv")
        filters.focus()
        press(page, "Control+a", "1", "2")
        assert table(root)[1] == ["1 Conv", "(12, 32, 32)", "120", "110,592", "(3, 3)"]  # at once, in the page
        assert focused(page) == "filters of layer 1, Conv"
        press(page, "Tab", "Control+a", *"(3, 5)")
        assert root.get_by_label("kernel of layer 1, Conv").input_value() == "(3, 5)"  # as it was typed
        press(page, "Tab", "Tab", "Control+a", *"valid")
        assert table(root)[1] == ["1 Conv", "(12, 30, 28)", "192", "151,200", "(3, 5)"]
        root.get_by_label("bias of layer 1, Conv").focus()
        press(page, "Space")
        assert table(root)[1][2] == "180"
        wait_for_layers(
            page, "Conv(12, (3, 5), padding='valid', bias=False)", "MaxPool(2)", "Conv(5, 3, padding='same')"
        )
        undo = root.get_by_role("button", name="Undo the last change")
        undo.focus()
        press(page, "Enter", "Enter", "Enter")
        assert table(root)[1][1:3] == ["(12, 32, 32)", "120"]
        assert root.get_by_label("kernel of layer 1, Conv").input_value() == "3"
        press(page, "Enter", "Enter", "Enter")  # one step for the two letters of 12, and then nothing
        assert table(root)[1][1] == "(3, 32, 32)"
        assert undo.get_attribute("aria-disabled") == "true"
        assert focused(page) == "Undo the last change"
    page.wait_for_python("len(builder.outputs[1]) == 3")


def test_what_is_typed_after_a_pause_elsewhere_is_a_step_of_its_own(builder):
    page, root = builder
    filters = root.get_by_label("filters of layer 1, Conv")
    filters.focus()
    press(page, "Control+a", "6", "0", "Tab", "Shift+Tab", "Control+a", "7", "0")
    assert table(root)[1][1] == "(70, 32, 32)"
    undo = root.get_by_role("button", name="Undo the last change")
    undo.click()
    assert table(root)[1][1] == "(60, 32, 32)"
    undo.click()
    assert table(root)[1][1] == "(3, 32, 32)"


def test_the_stride_of_pooling_may_be_left_out(builder):
    page, root = builder
    stride = root.get_by_label("stride of layer 2, MaxPool")
    assert stride.input_value() == ""
    stride.fill("1, 3")
    assert table(root)[2][1] == "(3, 31, 11)"
    wait_for_layers(page, "Conv(3, 3, padding='same')", "MaxPool(2, stride=(1, 3))", "Conv(5, 3, padding='same')")
    stride.fill("")
    assert table(root)[2][1] == "(3, 16, 16)"
    wait_for_layers(page, "Conv(3, 3, padding='same')", "MaxPool(2)", "Conv(5, 3, padding='same')")


def test_layers_are_added_moved_and_removed_by_keyboard(builder):
    page, root = builder
    with page.keys_stay_inside():
        root.get_by_label("Add this kind of layer").select_option("Upsample")
        root.get_by_label("after this layer").select_option("2 MaxPool")
        add = root.get_by_role("button", name="Add", exact=True)
        add.focus()
        press(page, "Enter")
        assert focused(page) == "scale of layer 3, Upsample"
        assert [row[0] for row in table(root)] == ["0 image", "1 Conv", "2 MaxPool", "3 Upsample", "4 Conv", "together"]
        assert table(root)[3][1] == "(3, 32, 32)"
        assert "Added layer 3, Upsample." in root.inner_text()
        up = root.get_by_label("Move layer 3, Upsample up")
        up.focus()
        press(page, "Enter")
        assert focused(page) == "Move layer 2, Upsample up"
        press(page, "Space", "Space")  # at the top it stays
        assert focused(page) == "Move layer 1, Upsample up"
        assert table(root)[1][:2] == ["1 Upsample", "(1, 64, 64)"]
        assert "It is layer 1, Upsample now." in root.inner_text()
        press(page, "Tab", "Enter")
        assert focused(page) == "Move layer 2, Upsample down"
        root.get_by_label("Remove layer 3, MaxPool").focus()
        press(page, "Enter")
        assert focused(page) == "Remove layer 3, Conv"
        press(page, "Enter", "Enter")
        assert focused(page) == "Remove layer 1, Conv"
        press(page, "Enter")
        assert focused(page) == "Add"
        assert [row[0] for row in table(root)] == ["0 image", "together"]
        root.get_by_role("button", name="Reset to the layers of the code").focus()
        press(page, "Enter")
        assert focused(page) == "Reset to the layers of the code"
        assert [row[0] for row in table(root)][1:4] == ["1 Conv", "2 MaxPool", "3 Conv"]
    wait_for_layers(page, "Conv(3, 3, padding='same')", "MaxPool(2)", "Conv(5, 3, padding='same')")


def test_an_impossible_layer_is_explained_where_it_breaks(builder):
    page, root = builder
    kernel = root.get_by_label("kernel of layer 2, MaxPool")
    kernel.focus()
    press(page, "Control+a", "4", "0")
    told = line(root, 2).locator(".mlc-error").text_content()
    assert told.startswith("Layer 2, MaxPool(40), is impossible here: (3, 32, 32) comes in, from layer 1")
    assert "Take a smaller window, or pad more." in told
    assert [row[1:] for row in table(root)[2:]] == [["–"] * 4, ["–"] * 4, ["", "–", "–", ""]]
    assert "waits for layer 2" in line(root, 3).inner_text()
    assert line(root, 1).locator(".mlc-error").is_hidden()
    assert line(root, 1).locator("[role=application] .mlc-map").count() == 3
    page.wait_for_python("len(builder.outputs) == 2")
    said = page.python(
        "__import__('mlcourse').widgets.stack_limits.possible_part(builder.layers, builder.shape)[1].args[0]"
    )
    assert said == told
    press(page, "Control+a", *"three")
    told = line(root, 2).locator(".mlc-error").text_content()
    assert told.endswith("kernel_size is 'three'; expected a whole number or a pair of them.")
    press(page, "Control+a", "4")
    assert line(root, 2).locator(".mlc-error").is_hidden()
    assert table(root)[3][1] == "(5, 8, 8)"
    page.wait_for_python("builder.outputs[-1].shape == (5, 8, 8)")
    assert kernel.input_value() == "4"


def test_without_a_kernel_it_goes_on_and_says_what_is_missing(host):
    host.write("lectures/builder.ipynb", LECTURE)
    with host.notebook("lectures/builder.ipynb", quiet=False) as page:
        page.run_all()
        root = page.widget("mlc-builder")
        root.wait_for()
        page._promise("jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()")
        root.get_by_label("filters of layer 3, Conv").fill("6")
        assert table(root)[3] == ["3 Conv", "(6, 16, 16)", "168", "41,472", "(8, 8)"]
        page.tab.wait_for_function(
            "root => root.innerText.includes('run the cell again')", arg=root.element_handle(), timeout=15_000
        )
        assert line(root, 1).locator(".mlc-maps.stale").count() == 0
        assert line(root, 3).locator(".mlc-maps.stale").count() == 1
        line(root, 3).locator("[role=application]").focus()
        assert words(root, 3).endswith("sees rows 13 to 20 and columns 13 to 20 of the image.")  # and no old numbers
        root.get_by_role("button", name="Add", exact=True).click()
        assert table(root)[4][:2] == ["4 Conv", "(4, 14, 14)"]
        root.get_by_label("kernel of layer 4, Conv").fill("17")
        assert "(6, 16, 16) comes in, from layer 3" in line(root, 4).locator(".mlc-error").text_content()


def test_layers_are_back_after_a_restart(host):
    host.write("lectures/builder.ipynb", LECTURE.replace("image=image", "image=image, key='mine'"))
    with host.notebook("lectures/builder.ipynb") as page:
        page.run_all()
        page.widget("mlc-builder").get_by_label("Remove layer 3, Conv").click()
        page.wait_for_python("len(builder.answers.get('mine')['entries']) == 2")
    with host.notebook("lectures/builder.ipynb") as page:
        page.run_all()
        root = page.widget("mlc-builder")
        root.wait_for()
        assert [row[0] for row in table(root)] == ["0 image", "1 Conv", "2 MaxPool", "together"]
        root.get_by_role("button", name="Reset to the layers of the code").click()
        wait_for_layers(page, "Conv(3, 3, padding='same')", "MaxPool(2)", "Conv(5, 3, padding='same')")


def test_layers_set_in_python_are_shown(builder):
    page, root = builder
    root.get_by_label("filters of layer 1, Conv").focus()
    page.python("setattr(builder, 'layers', [MaxPool(2), Conv(2, 3, bias=False), Activation('softmax')])")
    wait_until(page, root, "root.innerText.includes('2 Conv')")
    wait_until(page, root, "root.dataset.made === '1'")
    assert focused(page) == "kernel of layer 1, MaxPool"  # what had the focus has gone
    assert [row[:2] for row in table(root)[1:4]] == [
        ["1 MaxPool", "(1, 16, 16)"],
        ["2 Conv", "(2, 14, 14)"],
        ["3 Activation", "–"],
    ]
    wrong = root.get_by_label("function of layer 3, Activation")
    assert wrong.input_value() == "softmax"
    wrong.fill("relu")  # from here on it is chosen of a few
    assert focused(page) == "function of layer 3, Activation"
    assert wrong.evaluate("e => e.tagName") == "SELECT"
    wrong.select_option("tanh")
    wait_for_layers(page, "MaxPool(2)", "Conv(2, 3, bias=False)", "Activation('tanh')")
    wait_until(page, root, "root.querySelectorAll('.stale').length === 0")
    drawn_right(page, root)


def test_an_error_in_python_is_shown(builder):
    page, root = builder
    page.python("setattr(__import__('mlcourse').widgets.stack_builder, 'random_parameters', None)")
    root.get_by_label("filters of layer 1, Conv").fill("2")
    wait_until(page, root, "root.innerText.includes('feature maps are still those of before')")
    assert table(root)[1][1] == "(2, 32, 32)"


@pytest.mark.parametrize(
    "builder", [LECTURE + "\nStackBuilder([*builder.layers, Dense(3), Flatten()], image=image)\n"], indirect=True
)
def test_axe_finds_nothing_with_a_unit_chosen_and_an_impossible_layer(builder):
    page, root = builder
    line(root, 3).locator("[role=application]").focus()
    assert "waits for layer 4" in root.inner_text()
    for theme in page.host.themes:
        page.theme(theme)
        page.tab.evaluate(AXE)
        found = page.tab.evaluate("rules => axe.run('.mlc', {runOnly: {type: 'tag', values: rules}})", RULES)
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
        root.scroll_into_view_if_needed()
        page.screenshot(f"builder-{theme}")
