"""What an operator may set, by environment variable or by an option of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from db.viewers import Scope
from schema.limits import Limits

PersistedMode = Literal["off", "prefer", "required"]


class Settings(BaseSettings):
    """The settings of one program; none has to be given."""

    model_config = SettingsConfigDict(
        env_prefix="NEXTGRAPH_",
        env_ignore_empty=True,
        frozen=True,
        # NEXTGRAPH_LIMIT_DEPTH is the member depth of limit.
        env_nested_delimiter="_",
        env_nested_max_split=1,
    )

    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL to use, as postgresql://user:password@host:5432/database; else a private server.",
    )
    data_dir: Path | None = Field(
        default=None, description="Folder of the private PostgreSQL server; the user's data folder if not given."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 or :: lets other machines in.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    row_security: bool = Field(
        default=False, description="Whether PostgreSQL too hides rows from viewers, by row-level security."
    )
    pool_size: int = Field(default=10, ge=1, le=1000, description="Database connections that requests share.")
    limit: Limits = Field(default=Limits(), description="What a request may ask for, at most.")
    quota_store: SecretStr | None = Field(
        default=None, description="Store of quotas that several servers share: redis://host:6379; memory if not given."
    )
    proxies: int = Field(
        default=0,
        ge=0,
        description="Proxies in front, each of which adds the address that it saw to X-Forwarded-For.",
    )
    stop_seconds: int = Field(
        default=30, ge=0, description="Seconds that running requests are given to finish at a stop."
    )
    mappings_dir: Path | None = Field(
        default=None, description="Folder of further mappings, each named by its dataset: budget-2027.toml."
    )
    audit: Literal["all", "named", "off"] = Field(
        default="all", description="Whose requests are audited: all, those of viewers with a name, or none (off)."
    )
    audit_dir: Path | None = Field(
        default=None, description="Folder of the audit's journal; audit in the data folder if not given."
    )
    audit_days: int | None = Field(
        default=None, ge=1, description="Days after which entries of the audit are removed; without it, none are."
    )
    metrics: Literal["local", "all", "off"] = Field(
        default="local", description="Who may read /metrics: programs on this machine (local), all, or nobody (off)."
    )
    log: Literal["text", "json"] = Field(default="text", description="How the log is written: text, or lines of json.")
    log_requests: bool = Field(default=False, description="Whether the log has a line for each request.")
    import_limit: int = Field(
        default=1_000_000_000, ge=1, description="Bytes that a file imported over HTTP may have as it is sent."
    )
    allowed_origins: str | None = Field(
        default=None,
        description="Origins of pages that may ask, with spaces between: https://a.go.kr https://b.kr; * for all.",
    )
    introspection: bool = Field(
        default=True, description="Whether clients may ask for the schema, and errors suggest names of it."
    )
    persisted: PersistedMode = Field(
        default="prefer",
        description="Whether kept documents run (off, prefer), or no others (required).",
    )
    persisted_dir: Path | None = Field(
        default=None,
        description="Folder of kept documents: files *.json as graphql-codegen, Relay or Apollo write them.",
    )
    answers_bytes: int = Field(
        default=0, ge=0, description="Bytes of answers that are kept in memory and given again; 0 keeps none."
    )
    token_issuer: str | None = Field(
        default=None, description="Who signs the tokens that are believed: their claim iss."
    )
    token_audience: str | None = Field(
        default=None,
        validate_default=True,
        description="Whom tokens have to be for: their claim aud; goes with the issuer.",
    )
    token_keys: str | None = Field(
        default=None, description="File or https URL of the issuer's keys (JWKS); else its own configuration tells."
    )
    token_keys_copy: Path | None = Field(
        default=None, description="File that keeps those keys for a start while the issuer is away."
    )
    token_skew_seconds: int = Field(default=30, ge=0, le=600, description="Seconds by which clocks may differ.")
    token_organization_claim: str = Field(
        default="organization", description="Claim that names the organization; dots lead into claims."
    )
    token_organizations: dict[str, str] = Field(
        default={},
        description='What it may say, and which identifier that is: {"1721000": "ministry:msit"}; empty: as is.',
    )
    token_scope_claim: str = Field(
        default="scope", description="Claim that names scopes: words with spaces between, or a list."
    )
    token_scopes: dict[str, str] = Field(
        default={}, description='Which words grant which scope: {"nextgraph.publish": "PUBLISH"}; others grant none.'
    )

    @field_validator("token_audience")
    @classmethod
    def _both(cls, audience: str | None, others: ValidationInfo) -> str | None:
        if (audience is None) != (others.data.get("token_issuer") is None):
            raise ValueError("token_issuer and token_audience go together, and one of them is missing")
        return audience

    @field_validator("token_scopes")
    @classmethod
    def _known(cls, scopes: dict[str, str]) -> dict[str, str]:
        if unknown := set(scopes.values()) - Scope.__members__.keys():
            raise ValueError(f"there is no scope {min(unknown)}; known are {', '.join(Scope.__members__)}")
        return scopes

    @field_validator("quota_store")
    @classmethod
    def _can_be_opened(cls, store: SecretStr | None) -> SecretStr | None:
        if store:
            # Only where there is one: most commands start without what counts requests.
            from api.rate import stored

            stored(store.get_secret_value())
        return store
