"""From notebook to a page that lives without Python: its widgets step and answer, from a disk, without a network."""

from mlcourse.publish.page.write import export

__all__ = ["export"]
