"""The draft: what curators edit. Every edit is one transaction that counts the draft's version up and keeps who did.

An edit names the version it was made on. A document's entity tag is the draft's version at its last change, so any
version from there to now is as good: the document has not changed since.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from guide.clock import Clock, rfc3339
from guide.content import KINDS, Content, Doc, content_hash
from guide.errors import Conflict, Fault, Malformed, NotFound, PreconditionFailed
from guide.services.content_check import ContentFault, content_faults
from guide.services.draft_documents import Kind
from guide.store import catalogue
from guide.store.catalogue import Change, Item
from guide.store.database import Database

Snapshot = dict[str, dict[str, Any]]
"""Documents by kind and row id; one that was not there is not in it."""

Precondition = Callable[[int, int], bool]
"""Whether an edit may go on, given the version at which its document last changed, and the draft's."""

UNDO_LOOKS_AT: Final = 1000


@dataclass(frozen=True, slots=True)
class Edited:
    """A document after an edit, its entity tag's version, and remarks on what was put right."""

    doc: Doc
    version: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit under way: the draft as it is, and the version that it will have."""

    session: Session
    site: str
    who: str
    content: Content
    version: int

    def item(self, kind: Kind, item: str) -> Item:
        """A document of the draft.

        Raises:
            NotFound: It is not there.
        """
        found = catalogue.find_item(self.session, self.site, kind.name, item)
        if found is None:
            raise NotFound.of(f"unknown_{kind.name}/draft", item=item)
        return found


class Draft:
    """Reads and edits the drafts of all sites."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def content(self, site: str) -> tuple[Content, int]:
        """The whole draft and its version.

        Raises:
            NotFound: There is no such site.
        """
        with self._database.reading() as session:
            return catalogue.draft(session, site), catalogue.draft_version(session, site)

    def state(self, site: str) -> tuple[dict[str, Any], int]:
        """What the draft holds, and how it differs from the active release."""
        with self._database.reading() as session:
            content, version = catalogue.draft(session, site), catalogue.draft_version(session, site)
            number = catalogue.active_release(session, site)
            active = catalogue.release_content(session, site, number) if number is not None else None
        hashed = content_hash(content)
        return {
            "site": content.site.model_dump(mode="json"),
            "version": version,
            "counts": {catalogue.plural(kind): len(rows(content, kind)) for kind in KINDS},
            "content_hash": hashed,
            "active_release": number,
            "differs": active is None or content_hash(active) != hashed,
            "diff": difference(active, content),
        }, version

    def items(self, site: str, kind: Kind) -> tuple[tuple[Item, ...], Content, int]:
        """All documents of a kind, with the draft that they stand in and its version."""
        with self._database.reading() as session:
            found = catalogue.items(session, site, kind.name)
            return found, catalogue.draft(session, site), catalogue.draft_version(session, site)

    def item(self, site: str, kind: Kind, item: str) -> tuple[Edited, Content]:
        """One document with its version, and the draft that it stands in.

        Raises:
            NotFound: It is not there.
        """
        with self._database.reading() as session:
            content = catalogue.draft(session, site)
            found = _Edit(session, site, "", content, 0).item(kind, item)
        return Edited(found.doc, found.version), content

    def create(self, site: str, kind: Kind, item: str, body: Mapping[str, Any], who: str) -> Edited:
        """Add a document.

        Raises:
            Conflict: There is one of this id.
            Malformed: It is not sound; every fault is told.
        """
        with self._database.session() as session:
            edit = self._begin(session, site, who)
            if catalogue.find_item(session, site, kind.name, item) is not None:
                raise Conflict.of(f"{kind.name}_exists/patch", item=item)
            return self._put(edit, kind, item, body, "create")

    def change(
        self, site: str, kind: Kind, item: str, patch: Mapping[str, Any], allowed: Precondition, who: str
    ) -> Edited:
        """Change a document: what the patch names is replaced, null takes it away.

        Source: RFC 7396 (JSON merge patch).

        Raises:
            NotFound: It is not there.
            PreconditionFailed: It has changed since.
            Malformed: It would not be sound; every fault is told.
        """
        with self._database.session() as session:
            edit = self._begin(session, site, who)
            found = edit.item(kind, item)
            require(allowed, found.version, edit.version - 1)
            return self._put(edit, kind, item, kind.merged(found.doc, patch, edit.content), "change")

    def _put(self, edit: _Edit, kind: Kind, item: str, body: Mapping[str, Any], act: str) -> Edited:
        doc, notes = kind.read(item, body, edit.content)
        after = with_doc(edit.content, kind.name, doc)
        _refuse_worse(edit.content, after)
        before = snapshot(edit.content, kind.name, [item])
        catalogue.put_item(edit.session, edit.site, kind.name, doc, edit.version)
        self._keep(edit, act, kind.name, item, before, snapshot(after, kind.name, [item]))
        return Edited(doc, edit.version, notes)

    def put_in(
        self, session: Session, site: str, doc: Doc, who: str, *, instead_of: str | None = None
    ) -> Edited:
        """Put a document in, as a part of somebody else's transaction: in place of the one with its id, or another's.

        Args:
            session: The caller's, under which everything is written or nothing.
            site: Its id.
            doc: The document.
            who: The name kept with the change.
            instead_of: The id of a document of this kind that goes, where the new one has another.

        Raises:
            Malformed: The draft would not be sound; every new fault is told.
        """
        edit = self._begin(session, site, who)
        kind = next(name for name, each in KINDS.items() if isinstance(doc, each))
        item = catalogue.item_id(doc)
        gone = item if instead_of is None else instead_of
        kept = [each for each in rows(edit.content, kind) if catalogue.item_id(each) != gone or gone == item]
        cleared = edit.content.model_copy(update={catalogue.plural(kind): kept})
        after = with_doc(cleared, kind, doc)
        _refuse_worse(edit.content, after)
        before = snapshot(edit.content, kind, [item, gone])
        there = snapshot(after, kind, [item])
        _write(edit, before, there)
        self._keep(edit, "change" if before else "create", kind, item, before, there)
        return Edited(doc, edit.version)

    def exchange(
        self, session: Session, site: str, read: int, doc: Doc, who: str, *, instead_of: str | None = None
    ) -> Edited:
        """The same for a document that was read at a version and has been worked on since.

        Raises:
            PreconditionFailed: It has changed since it was read, or is gone.
            Conflict: The document that it would become is there already.
            Malformed: The draft would not be sound; every new fault is told.
        """
        kind = next(name for name, each in KINDS.items() if isinstance(doc, each))
        catalogue.lock(session, site)
        item = catalogue.item_id(doc)
        found = catalogue.find_item(session, site, kind, instead_of or item)
        require(lambda changed, _: changed == read, -1 if found is None else found.version, read)
        if instead_of not in {None, item} and catalogue.find_item(session, site, kind, item) is not None:
            raise Conflict.of(f"{kind}_exists/patch", item=item)
        return self.put_in(session, site, doc, who, instead_of=instead_of)

    def take_out(self, session: Session, site: str, kind: str, item: str, read: int, who: str) -> int:
        """Take a document away that was read at a version, as a part of somebody else's transaction.

        Returns:
            The draft's version.

        Raises:
            PreconditionFailed: It has changed since it was read, or is gone.
        """
        edit = self._begin(session, site, who)
        found = catalogue.find_item(session, site, kind, item)
        require(lambda changed, _: changed == read, -1 if found is None else found.version, read)
        before = snapshot(edit.content, kind, [item])
        _write(edit, before, {})
        self._keep(edit, "delete", kind, item, before, {})
        return edit.version

    def delete(self, site: str, kind: Kind, item: str, allowed: Precondition, who: str) -> int:
        """Take a document away, an exhibit with its tracks; what still names it stops the next publication.

        Returns:
            The draft's version.

        Raises:
            NotFound: It is not there.
            PreconditionFailed: It has changed since.
        """
        with self._database.session() as session:
            edit = self._begin(session, site, who)
            require(allowed, edit.item(kind, item).version, edit.version - 1)
            before = snapshot(edit.content, kind.name, [item])
            if kind.name == "exhibit":
                tracks = [each.id for each in edit.content.tracks if each.exhibit == item]
                before |= snapshot(edit.content, "track", tracks)
            for name, gone in before.items():
                for each in gone:
                    catalogue.remove_item(session, site, name, each)
            self._keep(edit, "delete", kind.name, item, before, {})
            return edit.version

    def replace(
        self,
        site: str,
        kind: Kind,
        read: Callable[[Content], tuple[Sequence[Doc], tuple[str, ...]]],
        allowed: Precondition,
        who: str,
    ) -> tuple[tuple[Item, ...], Content, int, tuple[str, ...]]:
        """Put other documents in place of all of a kind, or change nothing.

        Args:
            site: Its id.
            kind: Of the documents.
            read: Makes the documents, given the draft; raises what is wrong with them.
            allowed: The precondition.
            who: The name kept with the change.

        Raises:
            PreconditionFailed: The draft has changed since.
            Malformed: Something is not sound; every fault is told.
        """
        with self._database.session() as session:
            edit = self._begin(session, site, who)
            require(allowed, edit.version - 1, edit.version - 1)
            docs, notes = read(edit.content)
            after = edit.content.model_copy(update={catalogue.plural(kind.name): list(docs)})
            # what names a document that is gone stops the next publication, as after a deletion
            _refuse_worse(edit.content, after, only=kind.name)
            before = snapshot(edit.content, kind.name)
            there = snapshot(after, kind.name)
            _write(edit, before, there)
            self._keep(edit, "replace", kind.name, None, before, there)
            session.flush()
            items = catalogue.items(session, site, kind.name)
        return items, after, edit.version, notes

    def undo(self, site: str, allowed: Precondition, who: str) -> tuple[dict[str, Any], int]:
        """Step back the last edit that has not been stepped back; stepping back is an edit itself.

        Returns:
            The edit that was undone, as `changes` tells it, and the draft's version.

        Raises:
            Conflict: `nothing_to_undo`.
            PreconditionFailed: The draft has changed since.
        """
        with self._database.session() as session:
            edit = self._begin(session, site, who)
            require(allowed, edit.version - 1, edit.version - 1)
            last = _last_standing(catalogue.changes(session, site, None, UNDO_LOOKS_AT))
            if last is None or (last.act == "import" and last.before is None):
                raise Conflict.of("nothing_to_undo")
            if last.act == "import":
                now = edit.content.model_dump(mode="json")
                catalogue.replace_draft(session, Content.model_validate(last.before), edit.version)
                self._keep(edit, "undo", None, None, now, dict(last.before or {}))
            else:
                then, now = dict(last.before or {}), dict(last.after or {})
                _write(edit, now, then)
                self._keep(edit, "undo", last.kind, last.item, now, then)
            return _change_body(last), edit.version

    def changes(self, site: str, before: int | None, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        """Who changed what, newest first, and where the list goes on."""
        with self._database.reading() as session:
            found = catalogue.changes(session, site, before, limit + 1)
        page = found[:limit]
        return [_change_body(each) for each in page], page[-1].id if len(found) > limit else None

    @staticmethod
    def _begin(session: Session, site: str, who: str) -> _Edit:
        version = catalogue.lock(session, site)
        return _Edit(session, site, who, catalogue.draft(session, site), version + 1)

    def _keep(
        self, edit: _Edit, act: str, kind: str | None, item: str | None, before: Snapshot, after: Snapshot
    ) -> None:
        """Count the draft's version up, and keep what the edit did."""
        catalogue.set_draft_version(edit.session, edit.site, edit.version)
        change = Change(0, edit.version, self._clock.now_ms(), edit.who, act, kind, item, before, after)
        catalogue.add_change(edit.session, edit.site, change)


def rows(content: Content, kind: str) -> Sequence[Doc]:
    """The documents of a kind."""
    found: Sequence[Doc] = getattr(content, catalogue.plural(kind))
    return found


def with_doc(content: Content, kind: str, doc: Doc) -> Content:
    """The content with one document put in, in place of the one with its id."""
    kept = [*rows(content, kind)]
    name = catalogue.item_id(doc)
    n = next((n for n, each in enumerate(kept) if catalogue.item_id(each) == name), len(kept))
    kept[n : n + 1] = [doc]
    return content.model_copy(update={catalogue.plural(kind): kept})


def snapshot(content: Content, kind: str, items: Iterable[str] | None = None) -> Snapshot:
    """Some documents of a kind, or all of them, as they are kept in the history."""
    wanted = None if items is None else set(items)
    found = {
        catalogue.item_id(doc): doc.model_dump(mode="json")
        for doc in rows(content, kind)
        if wanted is None or catalogue.item_id(doc) in wanted
    }
    return {kind: found} if found else {}


def _write(edit: _Edit, before: Snapshot, after: Snapshot) -> None:
    """Turn what was into what shall be; a document that stays as it is keeps its version."""
    for kind in {*before, *after}:
        then, shall = before.get(kind, {}), after.get(kind, {})
        for item in then.keys() - shall.keys():
            catalogue.remove_item(edit.session, edit.site, kind, item)
        for item, body in shall.items():
            if then.get(item) != body:
                doc = KINDS[kind].model_validate(body)
                catalogue.put_item(edit.session, edit.site, kind, doc, edit.version)


def require(allowed: Precondition, changed: int, version: int) -> None:
    """Let an edit go on only on a version that its precondition allows.

    Raises:
        PreconditionFailed: It does not.
    """
    if not allowed(changed, version):
        raise PreconditionFailed.of("precondition_failed")


def _refuse_worse(before: Content, after: Content, only: str | None = None) -> None:
    """An edit may leave faults that were there, but bring no new ones: none at all, or none of one kind.

    Raises:
        Malformed: With every new fault.
    """
    old = {_told(each) for each in content_faults(before)}
    new = [each for each in content_faults(after) if _told(each) not in old and only in {None, each.kind}]
    if new:
        faults = [Fault(each.where(), each.message, each.french) for each in new]
        raise Malformed.of("malformed/draft", faults)


def _told(fault: ContentFault) -> tuple[str, str, str, str]:
    # behind the semicolon stands what to do about it, which changes with the rest of the draft
    return fault.kind, fault.id, fault.key, fault.message.partition(";")[0]


def _last_standing(changes: Sequence[Change]) -> Change | None:
    """The newest edit that no undo has taken back; each undo takes back the newest that stood then."""
    undone = 0
    for change in changes:
        if change.act == "undo":
            undone += 1
        elif undone:
            undone -= 1
        else:
            return change
    return None


def _change_body(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "version": change.version,
        "at": rfc3339(change.at),
        "who": change.who,
        "act": change.act,
        "kind": change.kind,
        "item": change.item,
        "before": _single(change, change.before),
        "after": _single(change, change.after),
    }


def _single(change: Change, snapshot: Mapping[str, Any] | None) -> Any:  # noqa: ANN401 - a document of any kind
    """The document of a change to one; a change of many is told by its act alone, for its size."""
    if change.kind is None or change.item is None or not snapshot:
        return None
    return snapshot.get(change.kind, {}).get(change.item)


def difference(old: Content | None, new: Content) -> dict[str, dict[str, list[str]]]:
    """By plural kind, the ids that are new, changed and gone; kinds without a difference are left out."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind in KINDS:
        then = snapshot(old, kind).get(kind, {}) if old else {}
        now = snapshot(new, kind).get(kind, {})
        told = {
            "added": sorted(now.keys() - then.keys()),
            "changed": sorted(each for each in now.keys() & then.keys() if now[each] != then[each]),
            "removed": sorted(then.keys() - now.keys()),
        }
        if any(told.values()):
            found[catalogue.plural(kind)] = told
    if old is not None and old.site != new.site:
        found["site"] = {"added": [], "changed": [new.site.id], "removed": []}
    return found
