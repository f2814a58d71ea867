import json
import subprocess
import sys

import numpy as np
import pytest
from dataset_types import Registry, render_html
from dataset_types.cli import main


def test_list_and_show(capsys):
    assert main(["list", "spikes.t"]) == 0
    assert "spikes.times\t[nspi]\ts" in capsys.readouterr().out
    assert main(["show", "spikes.amps", "--edition", "paper-2020"]) == 0
    assert json.loads(capsys.readouterr().out)["unit"] == "µV"
    assert main(["show", "spike.amps"]) == 2
    assert "Did you mean spikes.amps" in capsys.readouterr().err
    assert main(["list", "nothing-like-it"]) == 2


def test_check_compares_the_files_of_a_folder(tmp_path, capsys):
    np.save(tmp_path / "spikes.times.npy", np.arange(4.0))
    np.save(tmp_path / "spikes.clusters.npy", np.array([0, 1, 2, 5]))
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    assert main(["check", *files]) == 0
    assert "spikes.times.npy: good (spikes.times, 4 rows)" in capsys.readouterr().out
    np.save(tmp_path / "clusters.depths.npy", np.arange(3.0))
    np.save(tmp_path / "spikes.amps.npy", np.arange(3.0))
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    assert main(["check", *(str(path) for path in sorted(tmp_path.iterdir()))]) == 1
    printed = capsys.readouterr().out
    assert "spikes.amps.npy has 3" in printed
    assert "clusters has only 3 rows" in printed
    assert "No dataset type matches the file name 'holiday.jpg'" in printed
    assert main(["check", str(tmp_path / "spikes.depths.npy")]) == 2


def test_schema_describes_every_field(capsys):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"name", "edition", "dims", "dtype", "unit", "filename_pattern", "aliases"} <= set(schema["properties"])


def test_page_shows_every_type_and_asks_nothing_of_the_network(capsys):
    registry = Registry.built_in()
    page = render_html(registry)
    for one in registry:
        assert f'id="{one.edition}-{one.name}"' in page
    assert "[nTrials, 2]" in page
    assert "http:" not in page
    assert "https:" not in page
    assert main(["html"]) == 0
    assert capsys.readouterr().out.strip() == page.strip()


def test_help_teaches(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "dataset-types check alf/probe00/*.npy" in capsys.readouterr().out


def test_the_library_needs_pydantic_and_numpy_only():
    allowed = "pydantic pydantic_core numpy annotated_types typing_extensions typing_inspection dataset_types"
    program = f"""
import sys
allowed = set({allowed!r}.split()) | set(sys.stdlib_module_names)
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if not name.startswith("_") and name.partition(".")[0] not in allowed:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
import dataset_types, dataset_types.cli
assert dataset_types.default_registry().match("spikes.times.npy").unit == "s"
assert dataset_types.read_header(b"PAR1", "pqt").rows is None
"""
    subprocess.run([sys.executable, "-c", program], check=True)
