import tomllib
from collections import Counter
from importlib.resources import files

import numpy as np
import pytest
from dataset_types import (
    AmbiguousType,
    BadDefinition,
    DatasetType,
    Edition,
    NoConversion,
    Registry,
    UnknownType,
    convert,
    default_registry,
    parse_name,
)
from pydantic import ValidationError

PAPER = Edition.PAPER_2020
CURRENT = Edition.IBL_CURRENT

APPENDIX_2 = """
spikes.times spikes.clusters spikes.depths spikes.amps spikes.templates spikes.samples templates.waveforms
templates.waveformsChannels clusters.metrics clusters.mlapdv clusters.brainAcronyms clusters.waveforms
clusters.waveformsChannels clusters.depths clusters._phy_annotation clusters._phy_ids clusters.peakToThrough
clusters.amps clusters.channels clusters.probes probes.trajectory probes.description channels.probes
channels.rawInd channels._phy_ids channels.brainAcronyms channels.mlapdv channels.localCoordinates
channels.shank eye.timestamps eye.raw eye.area eye.xyPos eye.blink licks.times spontaneous.intervals
camera.dlc camera.times _ibl_wheel.position _ibl_wheel.timestamps _ibl_wheel.velocity
_ibl_wheelMoves.intervals _ibl_wheelMoves.type _ibl_trials.intervals _ibl_trials.included _ibl_trials.repNum
_ibl_trials.goCue_times _ibl_trials.goCueTrigger_times _ibl_trials.response_times _ibl_trials.choice
_ibl_trials.stimOn_times _ibl_trials.stimOnTrigger_times _ibl_trials.contrastLeft _ibl_trials.contrastRight
_ibl_trials.feedback_time _ibl_trials.feedbackType _ibl_trials.rewardVolume _ibl_trials.itiDuration
_ibl_trials.deadTime _ibl_trials.probabilityLeft _ibl_passiveTrials.included _ibl_passiveTrials.stimOn_times
_ibl_passiveTrials.contrastLeft _ibl_passiveTrials.contrastRight _ibl_passiveValveClicks.times
_ibl_passiveBeeps.times _ibl_passiveWhiteNoise.times _ibl_passiveNoise.intervals _ibl_sparseNoise.xy
_ibl_sparseNoise.times _ibl_extraRewards.times
""".split()  # noqa: SIM905 - 71 quoted names would hide the names


@pytest.fixture(scope="module")
def registry():
    return Registry.built_in()


def test_appendix_2_is_complete(registry):
    assert len(APPENDIX_2) == 71
    assert sorted(one.name for one in registry if one.edition == PAPER) == sorted(APPENDIX_2)


@pytest.mark.parametrize("name", ["clusters._phy_annotation", "clusters._phy_ids", "channels._phy_ids"])
def test_names_whose_characters_the_text_of_the_paper_lost(registry, name):
    one = registry.get(name, PAPER)
    assert one.name == name
    assert one.namespace is None
    assert one.attribute.startswith("_phy_")
    assert registry.match(f"{name}.npy", PAPER) is one


def test_eye_timestamps_have_two_columns(registry):
    assert registry.get("eye.timestamps", PAPER).dims == ("nEyeSamples", 2)


def test_clusters_channels_are_printed_as_a_matrix_but_are_one_number_a_cluster(registry):
    for name, second in (("clusters.channels", "nch"), ("clusters.probes", "np")):
        one = registry.get(name, PAPER)
        assert one.dims == ("nc", second)
        assert ("nc",) in one.also_dims


def test_peak_to_through_is_the_papers_spelling(registry):
    assert registry.get("clusters.peakToThrough", PAPER).name == "clusters.peakToThrough"
    assert registry.get("clusters.peakToThrough", CURRENT).name == "clusters.peakToTrough"
    assert registry.get("clusters.peakToTrough", PAPER).name == "clusters.peakToThrough"


def test_feedback_time_is_the_papers_spelling(registry):
    assert registry.match("_ibl_trials.feedback_time.npy", PAPER).name == "_ibl_trials.feedback_time"
    assert registry.match("_ibl_trials.feedback_times.npy").name == "trials.feedback_times"
    assert registry.get("_ibl_trials.feedback_time", CURRENT).name == "trials.feedback_times"


@pytest.mark.parametrize(
    ("name", "paper", "current"),
    [
        ("spikes.amps", "µV", "V"),
        ("clusters.amps", "µV", "V"),
        ("clusters.mlapdv", "mm", "µm"),
        ("channels.mlapdv", "mm", "µm"),
        ("_ibl_wheel.position", "cm", "rad"),
        ("_ibl_wheel.velocity", "cm/s", "rad/s"),
    ],
)
def test_units_in_which_the_editions_disagree(registry, name, paper, current):
    assert registry.get(name, PAPER).unit == paper
    assert registry.get(name, CURRENT).unit == current


def test_no_other_unit_differs(registry):
    differing = {
        one.name
        for one in registry
        if one.edition == PAPER
        and (other := registry.counterpart(one, CURRENT))
        and other.unit != one.unit
        and "unstated" not in {one.unit, other.unit}
    }
    assert differing == {
        "spikes.amps",
        "clusters.amps",
        "clusters.mlapdv",
        "channels.mlapdv",
        "_ibl_wheel.position",
        "_ibl_wheel.velocity",
    }


def test_every_type_is_described_and_its_example_is_its_own(registry):
    for one in registry:
        assert one.description.endswith("."), one.name
        assert registry.match(one.example_name, one.edition) is one, one.name
        if one.name != "iblsorter_parameters":
            parse_name(one.example_name)


def test_every_symbol_is_explained(registry):
    used = {
        dim.partition("*")[0]
        for one in registry
        for dims in (one.dims or (), *one.also_dims)
        for dim in dims
        if isinstance(dim, str)
    }
    assert used == set(registry.symbols)


def test_cross_references_follow_from_names(registry):
    assert registry.get("spikes.clusters", PAPER).references == "clusters"
    assert registry.get("channels.probes", PAPER).references == "probes"
    assert not registry.get("_spikeglx_sync.channels").references
    assert not registry.get("templates.waveforms").references


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("spikes.times.npy", "spikes.times"),
        ("Spikes.Times.npy", "spikes.times"),
        ("spikes.times_ephysClock.npy", "spikes.times"),
        ("_ibl_trials.choice.npy", "trials.choice"),
        ("_ibl_trials.table.pqt", "trials.table"),
        ("_ibl_trials.intervals_bpod.npy", "trials.intervals"),
        ("_ibl_trials.deadTime.npy", "_ibl_trials.deadTime"),
        ("_ibl_passiveTrials.included.npy", "passiveTrials.included"),
        ("_ibl_subjectTrials.table.pqt", "subjectTrials.table"),
        ("_ibl_leftCamera.times.npy", "camera.times"),
        ("_iblrig_leftCamera.raw.mp4", "_iblrig_Camera.raw"),
        ("_iblrig_taskData.raw.jsonable", "_iblrig_taskData.raw"),
        ("_spikeglx_ephysData_g0_t0.imec0.ap.cbin", "ephysData.raw.ap"),
        ("_spikeglx_sync.times.probe00.npy", "_spikeglx_sync.times"),
        ("clusters.brainLocationIds_ccf_2017.npy", "clusters.brainLocationIds_ccf_2017"),
        ("_kilosort_whitening.matrix.npy", "kilosort.whitening_matrix"),
        ("_suite2p_ROIData.raw.zip", "ROIData.raw"),
        ("widefield.raw.meta.json", "widefield.raw.meta"),
        ("widefield.raw.mov", "widefield.raw"),
        ("_iblrig_micData.raw.flac", "_iblrig_micData.raw"),
    ],
)
def test_files_find_their_type(registry, filename, name):
    assert registry.match(filename).name == name


def test_the_edition_decides_between_definitions(registry):
    assert registry.match("spikes.amps.npy").edition == CURRENT
    assert registry.match("spikes.amps.npy", PAPER).edition == PAPER
    assert registry.match("_ibl_trials.choice.npy", PAPER).name == "_ibl_trials.choice"
    assert registry.match("trials.choice.npy", PAPER).name == "_ibl_trials.choice"
    assert registry.match("_ibl_trials.quiescencePeriod.npy", PAPER).edition == CURRENT


def test_unknown_files_get_a_suggestion(registry):
    with pytest.raises(UnknownType, match=r"Did you mean spikes\.times"):
        registry.match("spike.times.npy")
    with pytest.raises(UnknownType, match="BREGMA_DATASET_TYPES"):
        registry.match("xyzzy.plugh.npy")
    with pytest.raises(UnknownType, match=r"spikes\.clusters"):
        registry.get("spikes.cluster")
    with pytest.raises(UnknownType):
        registry.get("spikes.times.", PAPER)


def test_a_file_of_two_types_is_refused():
    both = Registry(
        [
            DatasetType(name="a.raw", filename_pattern="*data.raw.*"),
            DatasetType(name="b.raw", filename_pattern="_x_*.raw.*"),
        ]
    )
    with pytest.raises(AmbiguousType, match=r"a\.raw and b\.raw"):
        both.match("_x_data.raw.npy")


def test_a_type_cannot_be_defined_twice():
    with pytest.raises(BadDefinition, match="twice"):
        Registry([DatasetType(name="spikes.times"), DatasetType(name="Spikes.times")])


PROVIDER = """
[symbols]
ntail = "number of samples of the tail"

[types."_fish_tail.angle"]
dims = ["ntail"]
dtype = "float"
unit = "rad"
description = "Angle of the tail."

[types."_fish_tail.times"]
dims = ["ntail"]
dtype = "float"
unit = "s"
description = "Time of each angle."
"""


def test_providers_add_their_namespace(registry, tmp_path):
    (tmp_path / "fish.toml").write_text(PROVIDER)
    extended = registry.extended([tmp_path / "fish.toml"])
    assert extended.match("_fish_tail.angle.npy").unit == "rad"
    assert extended.match("_fish_tail.times.npy").content_rules.sorted
    assert extended.symbols["ntail"] == "number of samples of the tail"
    with pytest.raises(UnknownType):
        registry.match("_fish_tail.angle.npy")


def test_providers_are_found_through_the_environment(monkeypatch, tmp_path):
    (tmp_path / "fish.toml").write_text(PROVIDER)
    monkeypatch.setenv("BREGMA_DATASET_TYPES", str(tmp_path / "fish.toml"))
    default_registry.cache_clear()
    try:
        assert default_registry().match("_fish_tail.angle.npy").namespace == "fish"
    finally:
        default_registry.cache_clear()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[types."tail.angle"]\n', "_mylab_tail.angle"),
        ('[types."_ibl_trials.quiescencePeriod"]\n', "defined already"),
        ('[types."_fish_tail.angle"]\nunits = "rad"\n', "units"),
        ('[types."_fish_tail.angle"]\ndims = ["n m"]\n', "dimension"),
        ('[types."_fish_tail.angle"]\ndims = [0]\n', "dims"),
        ('[types."_fish_tail.angle"]\ndtype = "double"\n', "dtype"),
        ('[types."_fish_tail.bouts"]\ndims = ["n", 3]\ncontent = { paired = true }\n', "two columns"),
        ('[type."_fish_tail.angle"]\n', "may hold"),
        ('edition = "2031"\n[types."_fish_tail.angle"]\n', "edition"),
        ("[types", "not TOML"),
    ],
)
def test_bad_provider_files_name_what_is_wrong(registry, tmp_path, text, reason):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(BadDefinition, match=r"bad\.toml") as caught:
        registry.extended([tmp_path / "bad.toml"])
    assert reason in str(caught.value)


def test_a_missing_provider_file_is_named(registry, tmp_path):
    with pytest.raises(BadDefinition, match=r"nowhere\.toml: cannot be read"):
        registry.extended([tmp_path / "nowhere.toml"])


def test_names_are_not_repeated_by_case(registry):
    counts = Counter((one.edition, one.name.lower()) for one in registry)
    assert max(counts.values()) == 1


def test_definitions_survive_json(registry):
    for one in registry:
        data = one.model_dump(mode="json", exclude={"namespace", "object", "attribute"})
        assert DatasetType.model_validate(data) == one
    with pytest.raises(ValidationError):
        DatasetType(name="spikes times")


def test_todays_file_is_today_only():
    content = tomllib.loads((files("dataset_types") / "current.toml").read_text(encoding="utf-8"))
    assert content["edition"] == "ibl-current"


def test_amplitudes_convert_both_ways(registry):
    volts = np.array([1e-4, 2e-4], dtype=np.float32)
    microvolts = registry.convert(volts, "spikes.amps", CURRENT, PAPER)
    assert microvolts.dtype == np.float32
    np.testing.assert_allclose(microvolts, [100, 200], rtol=1e-6)
    np.testing.assert_allclose(registry.convert(microvolts, "spikes.amps", PAPER, CURRENT), volts, rtol=1e-6)


def test_coordinates_convert(registry):
    assert registry.convert(np.array([[1500, -2000, 0]]), "channels.mlapdv", "ibl-current", "paper-2020").tolist() == [
        [1.5, -2.0, 0.0]
    ]


def test_equal_units_give_back_the_same_array(registry):
    times = np.arange(3.0)
    assert registry.convert(times, "spikes.times", CURRENT, PAPER) is times
    assert registry.convert(times, registry.get("trials.stimOff_times"), CURRENT, PAPER) is times


def test_the_wheel_needs_its_radius(registry):
    with pytest.raises(NoConversion, match="wheel_radius_cm"):
        registry.convert(np.ones(2), "wheel.position", CURRENT, PAPER)
    assert convert([1.0, 2.0], "wheel.position", CURRENT, PAPER, wheel_radius_cm=3.1).tolist() == pytest.approx(
        [3.1, 6.2]
    )
    assert convert([3.1], "wheel.velocity", PAPER, CURRENT, wheel_radius_cm=3.1).tolist() == pytest.approx([1.0])


def test_units_that_are_not_stated_are_not_guessed(registry):
    with pytest.raises(NoConversion, match="unstated"):
        registry.convert(np.ones((2, 3, 4)), "clusters.waveforms", PAPER, CURRENT)
    with pytest.raises(NoConversion, match="no numbers"):
        registry.convert(np.array(["a"]), "spikes.amps", PAPER, CURRENT)
    with pytest.raises(UnknownType):
        registry.convert(np.ones(2), "spikes.amplitude", PAPER, CURRENT)
