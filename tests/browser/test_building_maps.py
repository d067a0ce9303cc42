"""Maps of the StackBuilder in both hosts: they are Python's, and a unit of them is followed down to the image."""

import pytest
from builder_page import LECTURE, drawn_right, frames, line, pixels, words
from explorer_page import press, wait_until

NO_IMAGE = LECTURE.replace(", image=image", "")


def test_maps_are_those_of_python_and_follow(builder):
    page, root = builder
    drawn_right(page, root)
    before = pixels(line(root, 1).locator(".mlc-map").first)
    padding = root.get_by_label("padding of layer 3, Conv")
    padding.focus()
    press(page, "Control+a", "0")
    wait_until(page, root, "root.dataset.made === '1' && !root.querySelector('.stale')")
    assert line(root, 3).locator(".mlc-map").first.locator("canvas").get_attribute("width") == "14"
    drawn_right(page, root)
    assert (pixels(line(root, 1).locator(".mlc-map").first) == before).all()
    black, white = page.python("[float(f(builder.outputs[3])) for f in (np.min, np.max)]")
    said = line(root, 3).locator(".mlc-kept").text_content()
    assert said == f"black {black:.4g}, white {white:.4g}"


def test_a_unit_is_chosen_with_arrows_and_marked_down_to_the_image(builder):
    page, root = builder
    strip = line(root, 3).locator("[role=application]")
    with page.keys_stay_inside():
        strip.focus()
        assert frames(root, 3, "wrote") == [(8, 8, 1, 1)]
        press(page, "ArrowUp", "ArrowLeft", "ArrowLeft", "Shift+ArrowRight")
    rows, columns = page.python("[part.tolist() for part in builder.stack.sees(3, 7, 15)]")
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (11, 18, 27, 31)
    said = words(root, 3)
    assert said.startswith(
        "Unit (7, 15) of layer 3, Conv, sees rows 11 to 18 and columns 27 to 31 of the image; the rest of its field of 8 x 8 "
        "pixels lies beyond the edge. It is "
    )
    values = page.python("[float(v) for v in builder.outputs[3][:, 7, 15]]")
    assert said.endswith(f"It is {', '.join(f'{v:.4g}' for v in values)}, map by map.")
    assert frames(root, 3, "wrote") == [(7, 15, 1, 1)]
    assert frames(root, 2, "read") == [(6, 14, 3, 2)]
    assert frames(root, 1, "read") == [(12, 28, 6, 4)]
    assert frames(root, 0, "read") == [(11, 27, 8, 5)]
    beside = line(root, 3).locator(".mlc-sight rect.read")
    assert [beside.get_attribute(name) for name in ("y", "x", "height", "width")] == ["11", "27", "8", "5"]
    assert frames(root, 3, "read") == frames(root, 2, "wrote") == []


def test_a_unit_is_chosen_with_the_pointer(builder):
    page, root = builder
    picture = line(root, 2).locator(".mlc-map").nth(1)
    box = page.place_of(picture)
    page.tab.mouse.click(box["x"] + box["width"] * 4.5 / 16, box["y"] + box["height"] * 3.5 / 16)
    assert words(root, 2).startswith(
        "Unit (3, 4) of layer 2, MaxPool, sees rows 5 to 8 and columns 7 to 10 of the image. It is "
    )
    assert line(root, 2).locator(".mlc-map").nth(2).locator("rect.wrote").count() == 1
    drawn = line(root, 0).locator(".mlc-map").locator("rect.read").bounding_box()
    around = line(root, 0).locator(".mlc-map").bounding_box()
    share = around["width"] / 32
    for along, size, start in (("x", "width", 7), ("y", "height", 5)):  # the frame of two pixels lies half outside
        assert drawn[along] + drawn[size] / 2 - around[along] == pytest.approx((start + 2) * share, abs=0.7)
        assert drawn[size] == pytest.approx(4 * share + 2, abs=0.7)
    line(root, 0).locator("[role=application]").focus()
    assert words(root, 2) == ""
    value = page.python("float(image[16, 16])")
    assert words(root, 0) == f"Pixel (16, 16). It is {value:.4g}."
    assert frames(root, 0, "read") == []


ROW = NO_IMAGE.replace('Conv(5, 3, padding="same")', 'Conv(5, 3, dilation=3), Flatten(), Dense(7), Activation("tanh")')


@pytest.mark.parametrize("builder", [ROW], indirect=True)
def test_without_an_image_units_are_chosen_on_empty_maps_and_in_rows_of_numbers(builder):
    page, root = builder
    assert root.locator("canvas:visible").count() == 0
    assert line(root, 4).locator(".mlc-kept").text_content() == "64 of 500 numbers"
    line(root, 3).locator("[role=application]").focus()
    assert (
        words(root, 3)
        == "Unit (5, 5) of layer 3, Conv, sees rows 9 to 12, 15 to 18 and 21 to 24 and columns 9 to 12, 15 to 18 and 21 to 24 of the image."
    )
    assert len(frames(root, 0, "read")) == 9
    line(root, 4).locator("[role=application]").focus()
    press(page, "Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft", "ArrowRight", "ArrowDown")
    rows, columns = page.python("[part.tolist() for part in builder.stack.sees(4, 1)]")
    assert (rows[:2], columns[:4]) == ([0, 1], [1, 2, 3, 4])
    assert words(root, 4).startswith(
        "Unit 1 of layer 4, Flatten, sees rows 0 to 2, 5 to 8 and 11 to 14 and columns 1 to 4, "
    )
    line(root, 6).locator("[role=application]").focus()
    assert words(root, 6).startswith(
        "Unit 3 of layer 6, Activation, sees rows 0 to 31 and columns 0 to 31 of the image"
    )
    assert frames(root, 0, "read") == [(0, 0, 32, 32)]
    root.get_by_label("units of layer 5, Dense").fill("2")
    assert words(root, 6).startswith("Unit 1 of layer 6, Activation")
    root.get_by_label("Remove layer 4, Flatten").click()
    assert "Put Flatten() before it." in line(root, 4).locator(".mlc-error").text_content()
    assert root.locator("rect").count() == 0
    assert root.locator(".mlc-sight:visible").count() == 0
