"""Certificates as JSON: written, and read so strictly that no field can say something else than the records."""

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from dongne.errors import InputError
from dongne.language import Message, _
from dongne.texts import excerpt, read_text
from dongne.vehicle.certificate import Certificate, Recorder, Scope
from dongne.vehicle.errors import (
    CertificateContradictsItself,
    CertificateFieldsForeign,
    CertificateFieldsMissing,
    CertificateNotJson,
    CertificateRecordAltered,
    CertificateRecordMislabelled,
    CertificateRecordMisplaced,
    CertificateRecordsCut,
    CertificateValueWrong,
    CertificateVinWrong,
    NotARecord,
)
from dongne.vehicle.identity import Disclosure, VehicleId, is_vin
from dongne.vehicle.paces import Paces
from dongne.vehicle.records import Evidence, Record

SCHEMA = "certificate.schema.json"


def to_json(certificate: Certificate) -> str:
    """The text of a certificate's file."""
    return json.dumps(certificate.as_json(), indent=1) + "\n"


def read_certificate(file: Path) -> Certificate:
    """The certificate in a file, which agrees with itself; whether it agrees with the chain is another question.

    Raises:
        UnreadableFile: the file cannot be read.
        InputError: it does not have the form of a certificate.
        EvidenceMismatch: a record is missing, altered, out of order or relabelled; the error names it.
    """
    return from_json(read_text(file))


def from_json(text: str) -> Certificate:
    """The same from a text."""
    try:
        data = json.loads(text, object_pairs_hook=_without_repetition, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise CertificateNotJson() from error
    _check_form(data)
    certificate = _certificate(data)
    _check_disclosure(certificate)
    _check_records(certificate, data)
    _check_header(certificate, data)
    return certificate


def _check_form(data: Any) -> None:
    """What has not the form is refused before anything is made of it; each error names the place."""
    error = next(_validator().iter_errors(data), None)
    if error is not None:
        raise _malformed(error)


@cache
def _validator() -> Draft202012Validator:
    text = resources.files("dongne.vehicle").joinpath("schemas", SCHEMA).read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _malformed(error: ValidationError) -> InputError:
    place = _place(list(error.absolute_path))
    if error.validator == "required":
        return CertificateFieldsMissing(
            place, tuple(each for each in error.validator_value if each not in error.instance)
        )
    if error.validator == "additionalProperties":
        foreign = sorted(set(error.instance) - set(error.schema["properties"]))
        return CertificateFieldsForeign(place, tuple(excerpt(each) for each in foreign[:5]))
    return CertificateValueWrong(place, excerpt(json.dumps(error.instance)))


def _place(path: list[str | int]) -> Message:
    """Where in the file: records are named by their number."""
    if len(path) >= 2 and path[0] == "records":
        values = {"number": int(path[1]) + 1, "field": ".".join(str(each) for each in path[2:])}
        return Message(_("record {number}, {field}") if len(path) > 2 else _("record {number}"), values)
    if path:
        return Message("{field}", {"field": ".".join(str(each) for each in path)})
    return Message(_("the certificate"))


def _certificate(data: dict[str, Any]) -> Certificate:
    """The certificate that the fields make which nothing else follows from."""
    block, vin, salt = data["block"], data["vin"], data["salt"]
    if (vin is None) != (salt is None):
        raise CertificateVinWrong(str(vin), data["vehicle"])
    return Certificate(
        scope=Scope(
            chain_id=data["chain_id"],
            registry=_address(data["registry"], "registry"),
            registry_block=data["registry_block"],
            paces=Paces(tuple(data["plausible_km_per_day"])),
            block=block["number"],
            block_hash=block["hash"],
            time=block["time"],
        ),
        vehicle=VehicleId(_bytes(data["vehicle"])),
        evidence=tuple(_evidence(data["records"])),
        recorders=_recorders(data),
        owner=_address(data["owner"], "owner"),
        disclosure=Disclosure(vin, _bytes(salt)) if vin is not None else None,
    )


def _evidence(records: list[dict[str, Any]]) -> Iterator[Evidence]:
    for number, fields in enumerate(records, start=1):
        try:
            record = Record.unpack(int(fields["word"], 16))
        except NotARecord as error:
            raise CertificateRecordAltered(number) from error
        if record.number != number:
            raise CertificateRecordMisplaced(number, record.number)
        if record.supersedes >= number:
            raise CertificateRecordAltered(number)
        yield Evidence(record, _bytes(fields["document"]))


def _recorders(data: dict[str, Any]) -> dict[int, Recorder]:
    """Whoever wrote the records; each has to be there, or nothing can be said about what it wrote."""
    found = {
        each["number"]: Recorder(_address(each["address"], "recorders"), each["revoked_from"])
        for each in data["recorders"]
    }
    for place, each in enumerate(data["records"], start=1):
        number = Record.unpack(int(each["word"], 16)).recorder
        if number not in found:
            raise CertificateRecordMislabelled(place, "recorder", "–", str(number))
    return found


def _check_disclosure(certificate: Certificate) -> None:
    disclosure = certificate.disclosure
    if disclosure is None:
        return
    if not is_vin(disclosure.vin) or disclosure.vehicle != certificate.vehicle:
        raise CertificateVinWrong(disclosure.vin, "0x" + certificate.vehicle.hex())


def _check_records(certificate: Certificate, data: dict[str, Any]) -> None:
    """Heads first: they tell whether the record itself was altered, or only what is said about it."""
    right = certificate.records()
    for number, (said, actual) in enumerate(zip(data["records"], right, strict=True), start=1):
        if said["head"] != actual["head"]:
            raise CertificateRecordAltered(number)
    if data["head"] != right[-1]["head"]:
        raise CertificateRecordsCut(len(right))
    for number, (said, actual) in enumerate(zip(data["records"], right, strict=True), start=1):
        for field in actual:
            if _plain(said[field]) != _plain(actual[field]):
                raise CertificateRecordMislabelled(number, field, _shown(said[field]), _shown(actual[field]))


def _check_header(certificate: Certificate, data: dict[str, Any]) -> None:
    wrote = sorted({record.recorder for record in certificate.history.records})
    if sorted(certificate.recorders) != wrote:
        raise CertificateContradictsItself("recorders", _shown(sorted(certificate.recorders)), _shown(wrote))
    for field, actual in certificate.header().items():
        if _plain(data[field]) != _plain(actual):
            raise CertificateContradictsItself(field, _shown(data[field]), _shown(actual))


def _address(text: str, field: str) -> ChecksumAddress:
    address = to_checksum_address(text)
    if address != text:
        raise CertificateValueWrong(Message("{field}", {"field": field}), text)
    return address


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _plain(value: Any) -> str:
    """A value as JSON has it: 1, 1.0 and true are three different things."""
    return json.dumps(value, sort_keys=True)


def _shown(value: Any) -> str:
    return excerpt(_plain(value))


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A field that stands twice says one thing to one reader and another to the next."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
