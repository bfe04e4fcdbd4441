"""What a curator may send of a zone, an exhibit, a show or a tour, and how each is told back."""

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

from guide.content import Content, Doc, ExhibitDoc, ShowDoc, TourDoc, ZoneDoc
from guide.errors import Fault, Malformed
from guide.phrases.shapes import in_french
from guide.services.documents import DEEPEST, ID_SENTENCE, DocumentFaults, is_too_deep, read_document
from guide.services.layouts import frame_of, level_of, zone_doc, zone_of
from zones import geojson, local
from zones.errors import LayoutFaults
from zones.model import Level
from zones.values import is_id

SHAPES: Final = ("outline", "holes", "parts", "geometry")
_STORED = re.compile(r"^[0-9a-f]{64}\.(svg|png|jpg|webp)$")


class Kind(Protocol):
    """One kind of document that is edited by itself."""

    name: str

    def read(self, item: str, body: Mapping[str, Any], content: Content) -> tuple[Doc, tuple[str, ...]]:
        """The document that a body stands for, and remarks on what was put right.

        Raises:
            Malformed: With every fault.
        """
        ...

    def merged(self, doc: Doc, patch: Mapping[str, Any], content: Content) -> Mapping[str, Any]:
        """The body of a document with a patch laid over it."""
        ...

    def told(self, doc: Doc, content: Content) -> dict[str, Any]:
        """The body of a document."""
        ...


def merge_patch(target: Any, patch: Any) -> Any:  # noqa: ANN401 - any JSON
    """A JSON value with a patch laid over it.

    Source: RFC 7396, section 2.

    >>> merge_patch({"title": {"fr": "Le V-2"}, "image": "x"}, {"title": {"en": "The V-2"}, "image": None})
    {'title': {'fr': 'Le V-2', 'en': 'The V-2'}}
    """
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def shallow(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body, unless it nests deeper than any document.

    Raises:
        Malformed: It does.
    """
    if is_too_deep(body):
        raise Malformed.of("malformed/deep", most=DEEPEST)
    return body


def named(item: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with the id that the path gives it.

    Raises:
        Malformed: The body has another, or the path's is none.
    """
    if not is_id(item):
        raise Malformed.of(
            "malformed/id", [Fault.of("path.id", "id", rule=ID_SENTENCE)], id=item, rule=ID_SENTENCE
        )
    if body.get("id", item) != item:
        given = str(body["id"])
        fault = Fault.of("body.id", "other_id", given=given, id=item)
        raise Malformed.of("malformed/other_id", [fault], given=given, id=item)
    return {**body, "id": item}


class Documents:
    """Exhibits, shows and tours: plain documents, merged key by key."""

    def __init__(self, name: str, doc: type[Doc]) -> None:
        self.name = name
        self._doc = doc

    def read(self, item: str, body: Mapping[str, Any], content: Content) -> tuple[Doc, tuple[str, ...]]:  # noqa: ARG002 - the protocol's
        """The document that a body stands for.

        Raises:
            Malformed: With every fault.
        """
        try:
            doc = read_document(self._doc, named(item, body))
        except DocumentFaults as error:
            faults = [
                Fault(f"body.{each.key()}".rstrip("."), each.message, each.french) for each in error.faults
            ]
            raise Malformed.of(f"malformed/{self.name}", faults) from error
        if isinstance(doc, ExhibitDoc) and doc.image is not None and not _STORED.match(doc.image):
            raise Malformed.of("malformed/image", [Fault.of("body.image", "image")])
        return doc, ()

    def merged(self, doc: Doc, patch: Mapping[str, Any], content: Content) -> Mapping[str, Any]:  # noqa: ARG002 - the protocol's
        """The body of a document with a patch laid over it."""
        merged: Mapping[str, Any] = merge_patch(doc.model_dump(mode="json", exclude_none=True), patch)
        return merged

    def told(self, doc: Doc, content: Content) -> dict[str, Any]:  # noqa: ARG002 - the protocol's
        """The body of a document."""
        return doc.model_dump(mode="json")


class Zones:
    """Zones: `outline`, `holes` or `parts` in local metres, or `geometry` in WGS 84; told in both."""

    name = "zone"

    def read(self, item: str, body: Mapping[str, Any], content: Content) -> tuple[Doc, tuple[str, ...]]:
        """The zone that a body stands for.

        Raises:
            Malformed: With every fault.
        """
        given = named(item, body)
        try:
            read = local.read_zone(given, levels_of(content), exhibits_of(content), frame_of(content.site))
        except LayoutFaults as error:
            raise unsound(error) from error
        return zone_doc(read.zones[0]), read.notes

    def merged(self, doc: Doc, patch: Mapping[str, Any], content: Content) -> Mapping[str, Any]:
        """A patch with an outline leaves the holes; with parts or a geometry it replaces the whole shape.

        What is sent back as it was told changes nothing, so that an editor may send the shape in metres that it
        changed together with the geometry that it did not.
        """
        told = self.told(doc, content)
        patch = {key: value for key, value in patch.items() if key not in told or told[key] != value}
        body = local.write_zone(zone_of(zone(doc)))
        if any(patch.get(shape) is not None for shape in ("parts", "geometry")):
            body = {key: value for key, value in body.items() if key not in SHAPES}
        elif patch.get("outline") is not None:
            body.pop("parts", None)
        merged: Mapping[str, Any] = merge_patch(body, patch)
        return merged

    def told(self, doc: Doc, content: Content) -> dict[str, Any]:
        """The zone in local metres, and its geometry in WGS 84."""
        one = zone_of(zone(doc))
        features = geojson.write_zones([one], frame_of(content.site))["features"]
        feature = features[0] if isinstance(features, list) else {}
        return {**local.write_zone(one), "geometry": feature["geometry"]}


def zone(doc: Doc) -> ZoneDoc:
    """A document that is known to be a zone."""
    if not isinstance(doc, ZoneDoc):  # pragma: no cover - kinds are not mixed
        raise TypeError(type(doc))
    return doc


def levels_of(content: Content) -> dict[str, Level]:
    """The levels by id, as `zones` wants them."""
    return {each.id: level_of(each) for each in content.levels}


def exhibits_of(content: Content) -> frozenset[str]:
    """The ids of all exhibits."""
    return frozenset(each.id for each in content.exhibits)


def unsound(error: LayoutFaults) -> Malformed:
    """Faults of `zones` as an answer."""
    faults = [Fault(each.where, each.message, in_french(each.message)) for each in error.faults]
    return Malformed.of("invalid_geometry", faults, count=len(faults))


ZONES: Final = Zones()
EXHIBITS: Final = Documents("exhibit", ExhibitDoc)
SHOWS: Final = Documents("show", ShowDoc)
TOURS: Final = Documents("tour", TourDoc)
