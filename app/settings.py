"""How this installation is run: values from the environment, prefix ANXUE_.

All faults are reported at once. Secrets come from the environment or from
files below DATA/secrets, never from the code: without them nothing starts.
Rules that staff change are not here but in dated rule sets (app.enrolment).
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEFAULT_PLUGINS = ("video_progress", "identity_check", "online_hours", "xapi_feed", "record_store")
SECRET_BYTES_AT_LEAST = 32
METRICS_TOKEN_CHARACTERS_AT_LEAST = 16


class Mode(StrEnum):
    """sample: accounts and courses to try; production: refuses everything unsafe."""

    SAMPLE = "sample"
    PRODUCTION = "production"


class SettingsError(Exception):
    """The environment is not fit to start with; the text lists every fault."""


def _names(value: object) -> object:
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]


class Settings(BaseSettings):
    """Deployment values of the core. `.env.example` lists every one with its meaning."""

    model_config = SettingsConfigDict(env_prefix="ANXUE_", extra="ignore")

    mode: Mode = Mode.PRODUCTION
    data_dir: Path = Path("var")
    base_url: str = "http://127.0.0.1:8000"
    database_url: str = ""
    broker_url: str = ""
    plugins: Names = DEFAULT_PLUGINS
    trusted_hosts: Names = ()
    proxies: int = Field(default=0, ge=0, le=5)
    secret_key: SecretStr = SecretStr("")
    vault_key: SecretStr = SecretStr("")
    session_hours: int = Field(default=12, ge=1, le=72)
    login_attempts_per_minute: int = Field(default=10, ge=1)
    log_format: Literal["json", "text"] = "json"
    metrics_token: SecretStr = SecretStr("")
    debug: bool = False

    @property
    def sample(self) -> bool:
        """Whether sample accounts and courses belong to this installation."""
        return self.mode is Mode.SAMPLE

    @property
    def database(self) -> str:
        """The database's address: SQLite in DATA unless told otherwise."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'anxue.sqlite3'}"

    @property
    def broker(self) -> str:
        """Where Celery's doorbell hangs."""
        return self.broker_url or f"sqla+sqlite:///{self.data_dir.resolve() / 'broker.sqlite3'}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names to answer to: those that were set, else the base address's; this machine's own always.

        Any other name might be a stranger's that was pointed here (DNS rebinding).
        """
        return (*(self.trusted_hosts or [urlsplit(self.base_url).hostname or ""]), "127.0.0.1", "localhost")

    @property
    def secret(self) -> str:
        """The key that signs sessions and tickets."""
        return self._secret("secret_key", "session.key")

    @property
    def vault(self) -> bytes:
        """The installation's sealing key, 32 bytes."""
        return bytes.fromhex(self._secret("vault_key", "vault.key"))

    def _secret(self, field: str, file: str) -> str:
        given: SecretStr = getattr(self, field)
        if given.get_secret_value():
            return given.get_secret_value()
        kept = self.data_dir / "secrets" / file
        return kept.read_text().strip() if kept.is_file() else ""

    def faults(self) -> list[str]:
        """Return everything that forbids to start, in words."""
        found = []
        if len(self.secret) < SECRET_BYTES_AT_LEAST:
            found.append(
                "ANXUE_SECRET_KEY (or DATA/secrets/session.key) is missing or shorter than 32 characters"
            )
        try:
            if len(self.vault) != SECRET_BYTES_AT_LEAST:
                found.append("ANXUE_VAULT_KEY (or DATA/secrets/vault.key) must be 64 hexadecimal digits")
        except ValueError:
            found.append("ANXUE_VAULT_KEY is not hexadecimal")
        if self.mode is Mode.PRODUCTION and self.debug:
            found.append("ANXUE_DEBUG is not for production")
        if self.mode is Mode.PRODUCTION and len(set(self.secret)) < 8:
            found.append("ANXUE_SECRET_KEY is not random enough")
        if 0 < len(self.metrics_token.get_secret_value()) < METRICS_TOKEN_CHARACTERS_AT_LEAST:
            found.append("ANXUE_METRICS_TOKEN must be empty or 16 characters or more")
        if not self.base_url.startswith(("http://", "https://")) or self.base_url.endswith("/"):
            found.append("ANXUE_BASE_URL must be http(s)://host[:port] without a slash at the end")
        return found


def load_settings(**given: object) -> Settings:
    """Return the settings, what is given first. Raises SettingsError with all faults."""
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            f"ANXUE_{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from error
    if faults := settings.faults():
        raise SettingsError("\n".join(faults))
    return settings


def make_secrets(data_dir: Path) -> None:
    """Make the secrets of an embedded installation if there are none yet, readable by the owner only."""
    folder = data_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in ("session.key", "vault.key"):
        try:
            handle = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w") as kept:
            kept.write(os.urandom(32).hex())
