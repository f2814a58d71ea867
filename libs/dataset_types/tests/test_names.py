import re

import pytest
from dataset_types import BadName, DatasetName, parse_name
from hypothesis import given
from hypothesis import strategies as st

WORD = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)
EXTRA = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
# 'con', 'nul' and the like cannot be objects; that rule has a test of its own
OBJECT = WORD.filter(lambda word: len(word) > 6)
ATTRIBUTE = st.builds(
    lambda prefix, word, suffix: prefix + word + suffix,
    st.sampled_from(["", "_phy_"]),
    WORD,
    st.sampled_from(["", "_times", "_intervals", "_timestamps"]),
)
TIMESCALE = WORD.filter(lambda word: word not in {"times", "intervals", "timestamps"})
NAMES = st.builds(
    DatasetName,
    st.none() | WORD,
    OBJECT,
    ATTRIBUTE,
    st.none() | TIMESCALE,
    st.lists(EXTRA, max_size=3).map(tuple),
    WORD,
)


@given(NAMES)
def test_what_is_printed_parses_to_the_same_parts(name):
    assert parse_name(str(name)) == name


@given(st.text(max_size=40) | st.from_regex(r"[A-Za-z0-9_.-]{0,40}", fullmatch=True))
def test_any_text_is_refused_or_printed_as_it_was(text):
    try:
        name = parse_name(text)
    except BadName:
        return
    assert name.print() == text


@pytest.mark.parametrize(
    ("filename", "parts"),
    [
        ("spikes.times.npy", (None, "spikes", "times", None, (), "npy")),
        ("_ibl_trials.goCue_times.npy", ("ibl", "trials", "goCue_times", None, (), "npy")),
        ("_ibl_trials.goCue_times_bpod.npy", ("ibl", "trials", "goCue_times", "bpod", (), "npy")),
        ("_ibl_trials.intervals_bpod.npy", ("ibl", "trials", "intervals", "bpod", (), "npy")),
        ("spikes.times_ephysClock.npy", (None, "spikes", "times", "ephysClock", (), "npy")),
        ("spikes.times_ephysClock.raw.npy", (None, "spikes", "times", "ephysClock", ("raw",), "npy")),
        ("clusters._phy_annotation.npy", (None, "clusters", "_phy_annotation", None, (), "npy")),
        ("_iblrig_taskData.raw.jsonable", ("iblrig", "taskData", "raw", None, (), "jsonable")),
        ("_phy_spikes_subset.channels.npy", ("phy", "spikes_subset", "channels", None, (), "npy")),
        ("_spikeglx_sync.times.probe00.npy", ("spikeglx", "sync", "times", None, ("probe00",), "npy")),
        (
            "_spikeglx_ephysData_g0_t0.imec0.ap.cbin",
            ("spikeglx", "ephysData_g0_t0", "imec0", None, ("ap",), "cbin"),
        ),
        ("clusters.brainLocationIds_ccf_2017.npy", (None, "clusters", "brainLocationIds", "ccf_2017", (), "npy")),
        ("mpciROIs.masks.sparse_npz", (None, "mpciROIs", "masks", None, (), "sparse_npz")),
    ],
)
def test_names_in_use(filename, parts):
    assert parse_name(filename) == DatasetName(*parts)


def test_names_of_types():
    name = parse_name("_ibl_trials.goCue_times_bpod.npy")
    assert name.object_attribute == "trials.goCue_times"
    assert name.type_name == "_ibl_trials.goCue_times"
    assert name.time_kind == "times"
    assert parse_name("spikes.clusters.npy").time_kind is None
    assert parse_name("wheelMoves.intervals.npy").time_kind == "intervals"


@pytest.mark.parametrize(
    ("filename", "reason"),
    [
        ("", "is empty"),
        ("..", "another folder"),
        ("spikes", "separated by dots"),
        ("spikes.npy", "separated by dots"),
        (".spikes.times.npy", "separated by dots"),
        ("spikes..times.npy", "two dots"),
        ("spikes.times.", "ends with a dot"),
        ("spikes.times.npy ", "a space"),
        ("spikes.times\n.npy", "control character U+000A"),
        ("spikes\\times.npy", "backslash"),
        ("spikes/times.a.npy", "a slash"),
        ("C:spikes.times.npy", "a colon"),
        ("spi\N{LATIN SMALL LETTER K WITH CARON}es.times.npy", "U+01E9"),
        ("spikes.times\N{ZERO WIDTH SPACE}.npy", "U+200B"),
        ("#spikes.times.npy", "revision folders"),
        ("CON.times.npy", "device on Windows"),
        ("nul.times.npy", "device on Windows"),
        ("Lpt1.times.npy", "device on Windows"),
        ("_ibl.times.npy", "needs a namespace"),
        ("__trials.choice.npy", "needs a namespace"),
        ("_ibl_.choice.npy", "The object ''"),
        ("my-object.times.npy", "The object 'my-object'"),
        ("spikes._times.npy", "The attribute '_times'"),
        ("spikes.times__bpod.npy", "The attribute 'times__bpod'"),
        ("spikes.times_.npy", "The attribute 'times_'"),
        ("spikes.times.n-y", "must end with an extension"),
        ("a" * 200 + ".times.npy", "the limit is 180"),
    ],
)
def test_bad_names_are_refused_with_a_reason(filename, reason):
    with pytest.raises(BadName) as caught:
        parse_name(filename)
    assert reason in str(caught.value)
    assert re.search(r"\w+\.\w+\.npy", str(caught.value))  # an example to follow


def test_long_hostile_names_are_answered():
    with pytest.raises(BadName):
        parse_name("a_" * 100_000 + "!")


def test_the_stock_client_takes_the_names_apart_alike():
    files = pytest.importorskip("one.alf.path")
    for filename in ("spikes.times.npy", "_ibl_trials.goCue_times_bpod.extra.npy", "_spikeglx_sync.times.probe00.npy"):
        theirs = files.filename_parts(filename, as_dict=True)
        ours = parse_name(filename)
        assert (theirs["namespace"], theirs["object"], theirs["attribute"], theirs["timescale"]) == (
            ours.namespace,
            ours.object,
            ours.attribute,
            ours.timescale,
        )
        assert theirs["extra"] == (".".join(ours.extra) or None)
