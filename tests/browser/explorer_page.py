"""What a student does to an Explorer, and what can be seen of it then."""


def slide(root, value, name=None):
    slider = root.get_by_label(name, exact=True) if name else root.locator("input[type=range]").first
    slider.evaluate(
        "(e, value) => { e.value = String(value); e.dispatchEvent(new Event('input', {bubbles: true})); }", value
    )


def wait_until(page, root, condition):
    page.tab.wait_for_function(f"root => {condition}", arg=root.element_handle(), timeout=10_000)


def reading(root, number=0):
    return root.locator(".mlc-reading").nth(number).text_content()


def names(root):
    return root.locator("figcaption strong").all_text_contents()


def pixels(view):
    return view.locator("canvas").evaluate(
        """e => ({width: e.width, height: e.height,
                  data: [...e.getContext("2d").getImageData(0, 0, e.width, e.height).data]})"""
    )


def colour(view, row, column):
    seen = pixels(view)
    return seen["data"][4 * (row * seen["width"] + column) :][:3]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
