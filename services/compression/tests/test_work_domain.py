"""What a compression job is made of, without any of it running."""

import pytest
from bregma_compression.work.domain import (
    STEPS,
    CannotCompress,
    Concerned,
    Names,
    Shape,
    concerns,
    names_of,
    parse_meta,
    progress_of,
    wait_before,
)

IMEC = "typeThis=imec\nnSavedChans=385\nimSampRate=30000.5\n~snsChanMap=(384,384,1)(AP0;0:0)\nnote=a=b\n"


def test_names_beside_a_recording():
    found = names_of("_spikeglx_ephysData_g0_t0.imec0.ap.bin")
    stem = "_spikeglx_ephysData_g0_t0.imec0.ap"
    assert found == Names(f"{stem}.cbin", f"{stem}.ch", f"{stem}.meta")
    for wrong in ("x.ap.cbin", "x.npy", ".bin", "bin"):
        with pytest.raises(CannotCompress, match=r"must end in \.bin"):
            names_of(wrong)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (IMEC, Shape(30000.5, 385)),
        (IMEC.replace("\n", "\r\n"), Shape(30000.5, 385)),
        ("typeThis=nidq\nnSavedChans=9\nniSampRate=30003\nimSampRate=1\n", Shape(30003, 9)),
        ("typeThis=obx\nnSavedChans=2\nobSampRate=30303.03\n", Shape(30303.03, 2)),
    ],
)
def test_what_the_acquisition_wrote_down(text, shape):
    assert parse_meta(text, "x.meta") == shape


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no line imSampRate"),
        ("imSampRate=30000", "no line nSavedChans"),
        ("typeThis=nidq\nnSavedChans=9\nimSampRate=1\n", "no line niSampRate"),
        ("nSavedChans=nine\nimSampRate=1000", "no number"),
        ("nSavedChans=0\nimSampRate=1000", "cannot be"),
        ("nSavedChans=9\nimSampRate=nan", "cannot be"),
        ("nSavedChans=9\nimSampRate=-1", "cannot be"),
        ("\0\xff=\n=\n", "no line"),
    ],
)
def test_settings_that_say_nothing_usable_name_what_is_wrong(text, reason):
    with pytest.raises(CannotCompress, match=reason):
        parse_meta(text, "x.meta")


def test_progress_only_grows_from_step_to_step():
    told = [progress_of(step, part) for step in STEPS for part in (0, 0.5, 1)]
    assert told == sorted(told)
    assert told[0] == 0
    assert progress_of("verifying", 7) == pytest.approx(1)


def test_waits_grow_to_half_an_hour():
    assert [wait_before(n).total_seconds() for n in (1, 2, 3, 4, 50)] == [30, 120, 480, 1800, 1800]


@pytest.mark.parametrize(
    ("rule", "about"),
    [
        (Concerned(None, None, "*"), True),
        (Concerned("mine", None, "ephysData.raw.*Bin"), True),
        (Concerned("mine", "here", "ephysData.raw.apBin"), True),
        (Concerned("yours", None, "*"), False),
        (Concerned(None, "there", "*"), False),
        (Concerned(None, None, "ephysData.raw.lf*"), False),
        (Concerned(None, None, "EPHYSDATA.*"), False),
    ],
)
def test_which_rule_is_about_a_recording(rule, about):
    assert concerns(rule, Concerned("mine", "here", "ephysData.raw.apBin")) is about
