"""A set comes whole or not at all, once, with its credit; where it cannot be had, the way to it is told."""

import hashlib
import importlib
import io
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pooch
import pytest
import requests

from mlcourse.datasets import credit, medmnist

module = importlib.import_module("mlcourse.datasets.medmnist")
COUNTS = {"train": 5, "val": 3, "test": 4}


def packed(size=28, colour=False, labels=1):
    """What a file of MedMNIST holds, and the arrays in it."""
    rng = np.random.default_rng(size + labels)
    arrays = {}
    for part, count in COUNTS.items():
        shape = (count, size, size, 3) if colour else (count, size, size)
        arrays[f"{part}_images"] = rng.integers(0, 256, shape, dtype=np.uint8)
        arrays[f"{part}_labels"] = rng.integers(0, 2, (count, labels), dtype=np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue(), arrays


@pytest.fixture
def zenodo(monkeypatch):
    """A server on this machine in Zenodo's place: ``files`` name -> content, ``asked`` what came."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content = files.get(self.path.strip("/"))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", len(content or b""))
            self.end_headers()
            self.wfile.write((content or b"")[: len(content or b"") - cut[0]])

        def log_message(self, *args):
            pass

    files, asked, cut = {}, [], [0]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setattr(module, "ADDRESS", f"http://127.0.0.1:{server.server_port}/{{file}}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server.files, server.asked, server.cut = files, asked, cut
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def publish(zenodo, monkeypatch):
    """Put a set on the server, with the checksum that the course knows."""

    def put(name="breastmnist", size=28, **kind):
        content, arrays = packed(size, **kind)
        monkeypatch.setitem(module.MD5[name], size, hashlib.md5(content).hexdigest())
        zenodo.files[f"{name}.npz" if size == 28 else f"{name}_{size}.npz"] = content
        return content, arrays

    return put


@pytest.fixture
def offline(monkeypatch):
    """An address at which nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setattr(module, "ADDRESS", f"http://127.0.0.1:{free.getsockname()[1]}/{{file}}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def everything_in(folder):
    return sorted(path.name for path in folder.rglob("*"))


def test_what_comes_back(publish, tmp_path):
    _, arrays = publish()
    data = medmnist("breastmnist", folder=tmp_path)
    for part, count in COUNTS.items():
        images, labels = getattr(data, part)
        assert (images.shape, images.dtype, labels.shape, labels.dtype) == (
            (count, 1, 28, 28),
            np.float32,
            (count,),
            np.int64,
        )
        np.testing.assert_allclose(images[:, 0], arrays[f"{part}_images"] / 255, rtol=1e-6)
        np.testing.assert_array_equal(labels, arrays[f"{part}_labels"][:, 0])
    assert data.classes == ("malignant", "normal or benign")
    assert data.credit is credit("breastmnist")
    assert str(data.credit) in repr(data)
    assert "breastmnist, 28 x 28 pixels. Classes: 0 malignant, 1 normal or benign." in repr(data)
    assert data.train is data.train  # read once


def test_colours_are_the_second_axis(publish, tmp_path):
    _, arrays = publish("retinamnist", 64, colour=True)
    images = medmnist("retinamnist", size=64, folder=tmp_path).val.images
    assert images.shape == (3, 3, 64, 64)
    assert images.flags.c_contiguous
    for channel in range(3):
        np.testing.assert_allclose(images[:, channel], arrays["val_images"][..., channel] / 255, rtol=1e-6)
    assert everything_in(tmp_path) == ["retinamnist_64.npz"]


def test_several_labels_an_image_stay_several(publish, tmp_path):
    _, arrays = publish("chestmnist", labels=14)
    labels = medmnist("chestmnist", folder=tmp_path).test.labels
    assert labels.shape == (4, 14)
    np.testing.assert_array_equal(labels, arrays["test_labels"])


def test_it_is_fetched_once_with_progress_and_then_kept(publish, zenodo, tmp_path, capfd):
    publish()
    medmnist("breastmnist", folder=tmp_path / "new" / "folder")
    assert "100%" in capfd.readouterr().err
    zenodo.files.clear()
    medmnist("breastmnist", folder=tmp_path / "new" / "folder").train  # noqa: B018
    assert zenodo.asked == ["/breastmnist.npz"]
    assert "%" not in capfd.readouterr().err


def test_unasked_it_is_kept_in_the_users_folder_for_such_files(publish, monkeypatch, tmp_path):
    publish()
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / project)
    assert medmnist("breastmnist").file == tmp_path / "mlcourse" / "breastmnist.npz"
    assert everything_in(tmp_path) == ["breastmnist.npz", "mlcourse"]


def test_the_home_folder_may_be_written_as_a_wave(publish, monkeypatch, tmp_path):
    publish()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    medmnist("breastmnist", folder="~/.medmnist")
    assert everything_in(tmp_path) == [".medmnist", "breastmnist.npz"]


def test_a_wrong_checksum_is_told_and_nothing_is_kept(publish, zenodo, tmp_path):
    publish()
    zenodo.files["breastmnist.npz"] = b"<html>Welcome to the hospital's network. Please sign in.</html>"
    with pytest.raises(ValueError, match=r"is not breastmnist\.npz as it was published") as error:
        medmnist("breastmnist", folder=tmp_path)
    for words in (module.MD5["breastmnist"][28], "checksum (MD5)", "Nothing was kept", "login page", str(tmp_path)):
        assert words in str(error.value)
    assert everything_in(tmp_path) == []


def test_a_connection_that_breaks_leaves_no_half_file(publish, zenodo, tmp_path):
    publish()
    zenodo.cut[0] = 500
    with pytest.raises((ConnectionError, ValueError), match=r"breastmnist\.npz"):
        medmnist("breastmnist", folder=tmp_path)
    assert everything_in(tmp_path) == []
    zenodo.cut[0] = 0
    assert medmnist("breastmnist", folder=tmp_path).train.images.shape[0] == 5


def test_an_interrupted_download_is_never_taken_for_whole(publish, zenodo, monkeypatch, tmp_path):
    """Interrupted from the keyboard; and were the process killed, the name would not be there yet."""
    publish()
    seen = []

    def half(response, chunk_size):
        yield response.raw.read(1000)
        seen.append((tmp_path / "breastmnist.npz").exists())
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(requests.Response, "iter_content", half)
        with pytest.raises(KeyboardInterrupt):
            medmnist("breastmnist", folder=tmp_path)
    assert seen == [False]
    assert everything_in(tmp_path) == []
    assert medmnist("breastmnist", folder=tmp_path).train.images.shape[0] == 5


def test_without_a_network_the_way_to_it_by_hand_is_told_and_works(offline, monkeypatch, tmp_path):
    content, _ = packed()
    monkeypatch.setitem(module.MD5["breastmnist"], 28, hashlib.md5(content).hexdigest())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    with pytest.raises(
        ConnectionError, match=r"breastmnist\.npz is not on this machine and cannot be fetched"
    ) as error:
        medmnist("breastmnist", folder="~/data")
    place = tmp_path / "data" / "breastmnist.npz"
    for words in (
        module.ADDRESS.format(file="breastmnist.npz"),
        f"put it here: {place}.",
        "mlcourse.phantoms",
        "network?",
    ):
        assert words in str(error.value)
    assert "What lies there now" not in str(error.value)
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(content)
    assert medmnist("breastmnist", folder=tmp_path / "data").train.images.shape[0] == 5


def test_a_damaged_file_put_there_by_hand_is_told_of(offline, tmp_path):
    (tmp_path / "breastmnist.npz").write_bytes(packed()[0][:-100])
    with pytest.raises(ConnectionError, match="What lies there now is another file, or only a part of this one"):
        medmnist("breastmnist", folder=tmp_path)


def test_a_damaged_file_is_replaced_where_there_is_a_network(publish, tmp_path):
    content, _ = publish()
    (tmp_path / "breastmnist.npz").write_bytes(content[:-100])
    assert medmnist("breastmnist", folder=tmp_path).file.read_bytes() == content


def test_a_file_that_the_server_no_longer_has(zenodo, tmp_path):
    with pytest.raises(ConnectionError, match=r"cannot be fetched.*\(It said: 404"):
        medmnist("breastmnist", folder=tmp_path)
    assert everything_in(tmp_path) == []


def test_a_folder_that_cannot_be_written_to(publish, tmp_path):
    publish()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"breastmnist\.npz cannot be written: .* Name another folder") as error:
        medmnist("breastmnist", folder=tmp_path / "file")
    assert not isinstance(error.value, ConnectionError)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"name": "BreastMNIST"}, "name is 'BreastMNIST'; expected one of bloodmnist, .*Did you mean 'breastmnist'"),
        ({"name": "mnist"}, "name is 'mnist'; expected one of"),
        ({"name": None}, "name is None; expected one of"),
        ({"name": "pathmnist", "size": 32}, "size is 32; expected 28 or 64 pixels"),
    ],
)
def test_unknown_names_and_sizes_are_refused(call, told):
    with pytest.raises(ValueError, match=told):
        medmnist(**call)


def test_every_set_has_classes_a_credit_and_two_checksums():
    assert module.MD5.keys() == module.CLASSES.keys()
    sums = [md5 for sizes in module.MD5.values() for md5 in sizes.values()]
    assert len(set(sums)) == len(sums) == 2 * len(module.MD5)
    for name, sizes in module.MD5.items():
        assert list(sizes) == [28, 64]
        assert all(len(md5) == 32 and int(md5, 16) for md5 in sizes.values())
        assert len(set(module.CLASSES[name])) == len(module.CLASSES[name]) > 1
        assert credit(name).name.lower().startswith(name)
        assert "Yang" in credit(name).citation
        assert name in medmnist.__doc__
