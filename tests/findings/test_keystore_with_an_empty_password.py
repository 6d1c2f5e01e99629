"""`dongne key new` took an empty password file: the keystore was open to everybody who got it."""

from dongne.errors import ExitCode
from tests.dongne.command_line import dongne


def test_a_keystore_without_a_password_is_not_written(capsys, tmp_path):
    (tmp_path / "password").write_text("\n")

    code, _out, err = dongne(
        capsys, "key", "new", tmp_path / "key.json", "--password-file", tmp_path / "password", "--lang", "en"
    )

    assert code == ExitCode.SETTING
    assert "The password is empty" in err
    assert not (tmp_path / "key.json").exists()
