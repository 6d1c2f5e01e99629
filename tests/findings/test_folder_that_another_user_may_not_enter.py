"""A user who may not enter a folder got a traceback: systemd, cron and `runuser` start in folders of other users.

Path.exists raises what os.path.exists takes for a no. A name that is too long fails in the same way, for root too.
"""

import pytest

from dongne import book
from dongne.book import NotAnAddressBook
from dongne.config import Settings
from dongne.errors import ExitCode
from dongne.health.machine import disk
from tests.dongne.command_line import dongne


@pytest.fixture
def closed(tmp_path):
    return tmp_path / ("x" * 300)


def test_settings_are_read_in_it(closed):
    assert Settings.from_environment({}, closed).deployments == closed / "deployments"


def test_an_address_book_in_it_is_one_message(closed):
    with pytest.raises(NotAnAddressBook, match=r"x{300}"):
        book.load(closed, 31_337)


def test_the_examination_goes_on(closed, capsys):
    assert list(disk(closed))

    code, _out, err = dongne(capsys, "doctor", "--rpc", "http://127.0.0.1:9", "--deployments", closed)

    assert code == ExitCode.DIFFERENT
    assert "Traceback" not in err
