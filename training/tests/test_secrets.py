"""No command shows a password, whole or in pieces, whatever is wrong with the address."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.parse

import pytest

from training.address import checked
from training.failure import TrainingFailure

SECRET = "Qw7xKp@Zr9mTb/Hn4vLs#Jc8dFy%Gk2wRq?Vb6nXe:Mt3pZu Lx5cSa"
PIECES = re.split("[^A-Za-z0-9]", SECRET)
ENCODED = urllib.parse.quote(SECRET, safe="")
POSTGRES = ("postgresql",)
EXAMPLE = "postgresql://user:password@127.0.0.1:5432/sluice"


def printed(*arguments: str) -> str:
    command = [sys.executable, "-m", "training", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    text = done.stdout + done.stderr
    assert "Traceback" not in text
    assert not [piece for piece in PIECES if piece in text], text
    return text


@pytest.mark.parametrize(
    ("command", "option", "place"),
    [
        (("loans", "load"), "--database", "postgresql://reader:{}@127.0.0.1:1/sluice"),
        (("retrain", "--model", "loan-approval"), "--database", "postgresql://:{}@127.0.0.1:1/x"),
        (("demo",), "--api", "http://reader:{}@127.0.0.1:1"),
        (("traffic", "--seconds", "1"), "--api", "http://reader:{}@127.0.0.1:1"),
    ],
)
@pytest.mark.parametrize("password", [SECRET, ENCODED])
def test_a_command_shows_nothing_of_a_password(
    command: tuple[str, ...], option: str, place: str, password: str
) -> None:
    text = printed(*command, f"{option}={place.format(password)}")
    if password == SECRET:
        assert f"{option}: " in text
        assert "percent-encode" in text


def test_an_address_in_the_wrong_place_is_not_repeated() -> None:
    address = f"postgresql://reader:{SECRET}@127.0.0.1:1/sluice"
    printed("loans", "load", f"--databse={address}")
    printed("loans", "load", address)
    printed("traffic", f"--seconds={address}")
    printed(address)


@pytest.mark.parametrize("character", '@/#%?[ \\^{|"<>\n')
def test_an_unencoded_character_is_refused_with_a_hint(character: str) -> None:
    for user in ("", "reader"):
        for password in (f"Qw7xKp{character}Zr9mTb", f"12345{character}Zr9mTb"):
            address = f"postgresql://{user}:{password}@127.0.0.1:5432/sluice"
            with pytest.raises(TrainingFailure, match="percent-encode") as refused:
                checked("--database", address, POSTGRES, EXAMPLE)
            assert "Zr9mTb" not in str(refused.value)


def test_an_encoded_password_passes_as_it_is() -> None:
    address = f"postgresql://reader:{ENCODED}@127.0.0.1:5432/sluice?sslmode=require"
    assert checked("--database", address, POSTGRES, EXAMPLE) == address
