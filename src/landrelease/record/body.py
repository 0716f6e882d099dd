"""What every body of a statement is made of: closed, immutable, no floats, no nulls."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

LARGEST = 2**53 - 1
"""Largest integer that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3; RFC 7493)."""
Integer = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Count = Annotated[int, Field(ge=0, le=LARGEST)]
AreaM2 = Annotated[int, Field(ge=0, le=LARGEST, description="m²")]
Permille = Annotated[int, Field(ge=0, le=1000)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PublicKeyHex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="Ed25519 public key")]
SignatureHex = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$", description="Ed25519 signature")]
Day = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$", description="date, month or year")]
Decimal = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", description="decimal number as text")]
Longitude = Annotated[int, Field(ge=-1_800_000_000, le=1_800_000_000)]
Latitude = Annotated[int, Field(ge=-900_000_000, le=900_000_000)]
Position = tuple[Longitude, Latitude]
Ring = Annotated[list[Position], Field(min_length=4)]


class Body(BaseModel):
    """Base of every body: closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=False, revalidate_instances="always")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Order the fields by name, so that a validated body is written in canonical order without sorting it again."""
        schema = handler(source)
        inner: Any = schema
        while inner["type"] != "model-fields":
            inner = inner["schema"]
        inner["fields"] = dict(sorted(inner["fields"].items()))
        return schema
