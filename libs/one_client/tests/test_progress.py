"""The progress bar shows itself only when it should."""

import pytest
from one_client.progress import bar


def test_it_is_quiet_without_a_terminal(capsys: pytest.CaptureFixture) -> None:
    with bar(10 << 20, 3) as advance:
        advance(1 << 20)
    assert capsys.readouterr() == ("", "")


def test_it_counts_when_asked(capsys: pytest.CaptureFixture) -> None:
    with bar(4 << 20, 1, shown=True) as advance:
        advance(1 << 20)
        advance(3 << 20)
    said = capsys.readouterr()
    assert said.out == ""
    assert "1 file:" in said.err
    assert "4.00M" in said.err
