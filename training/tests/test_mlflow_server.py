"""MLflow with a password: both of our clients, by environment, in the address, and refused."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from training.mlflow_server import PASSWORD, TOKEN, USERNAME, AddressError, MlflowServer
from training.registration import client_of
from training.registry import Registry, RegistryError
from training.tests.conftest import mlflow_server

USER = "training"
SECRET = "p@ss:w/ord#1%"


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("protected")
    settings = home / "auth.ini"
    settings.write_text(
        "[mlflow]\ndefault_permission = NO_PERMISSIONS\n"
        f"database_uri = sqlite:///{home}/auth.db\nadmin_username = {USER}\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    environment = {
        "MLFLOW_AUTH_CONFIG_PATH": str(settings),
        "MLFLOW_AUTH_ADMIN_PASSWORD": SECRET,
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "of this test",
    }
    with mlflow_server(home, "--app-name", "basic-auth", environment=environment) as uri:
        yield uri


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (USERNAME, PASSWORD, TOKEN):
        # Set first: what the test itself sets is then undone, too.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def with_user(address: str, password: str) -> str:
    return address.replace("//", f"//{USER}:{quote(password, safe='')}@")


def require_served(address: str, name: str, scratch: Path) -> None:
    """A version through MLflow's client, and its files through ours."""
    registry = Registry(address)
    assert SECRET not in f"{registry.uri} {registry.server}"
    mlflow = client_of(registry)
    source = scratch / "MLmodel"
    source.write_text("flavors: {}\n")
    with mlflow.start_run() as run:
        mlflow.log_artifact(str(source), "model")
        uri = mlflow.get_artifact_uri("model")
    registry.describe(name, "guarded")
    created = mlflow.MlflowClient().create_model_version(name, source=uri, run_id=run.info.run_id)
    version = registry.versions(name)[-1]
    assert str(version.number) == str(created.version)
    registry.set_alias(name, "champion", version.number)
    copied = registry.download(version, scratch / "copy")
    assert (copied / "MLmodel").read_text() == source.read_text()


def test_user_and_password_of_the_environment_serve_both_clients(
    protected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USERNAME, USER)
    monkeypatch.setenv(PASSWORD, SECRET)
    require_served(protected, "by-environment", tmp_path)


def test_user_and_password_in_the_address_serve_both_clients(
    protected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, "of another server")
    require_served(with_user(protected, SECRET), "by-address", tmp_path)


@pytest.mark.parametrize("password", ["", "wr0ng"])
def test_a_refusal_names_the_settings_but_not_the_password(protected: str, password: str) -> None:
    address = with_user(protected, password) if password else protected
    with pytest.raises(RegistryError) as refusal:
        Registry(address).versions("any")
    assert PASSWORD in str(refusal.value)
    assert TOKEN in str(refusal.value)
    assert "wr0ng" not in str(refusal.value)


@pytest.mark.parametrize("address", [f"http://u:{SECRET}@host:5000", "ftp://u:s3cret@host", "x"])
def test_an_address_that_cannot_be_read_is_reported_without_its_password(address: str) -> None:
    with pytest.raises(AddressError) as fault:
        Registry(address)
    assert "s3cret" not in str(fault.value)
    assert "w/ord" not in str(fault.value)


def test_a_token_goes_with_each_request_and_to_no_other_server() -> None:
    environment = {TOKEN: "t0ken"}
    assert MlflowServer.at("http://a:1", environment).authorization() == {
        "Authorization": "Bearer t0ken"
    }
    seen: list[str] = []

    class Login(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/login?secret=s3cret")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Login) as login:
        threading.Thread(target=login.serve_forever, daemon=True).start()
        try:
            with pytest.raises(RegistryError) as fault:
                Registry(f"http://127.0.0.1:{login.server_port}").versions("any")
        finally:
            login.shutdown()
    assert len(seen) == 1
    assert "/login" in str(fault.value)
    assert "s3cret" not in str(fault.value)
    assert TOKEN not in os.environ


@pytest.mark.parametrize(
    ("authority", "ours"),
    [("h:5000", True), ("H:5000", True), ("h", False), ("other:5000", False), ("u@h:5000", False)],
)
def test_only_the_server_of_the_settings_is_asked_for_artifacts(authority: str, ours: bool) -> None:
    assert MlflowServer.at("http://h:5000", {}).is_at(authority) is ours
