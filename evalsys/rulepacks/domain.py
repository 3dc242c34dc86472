"""Publishing rule packs, and the drafts that lead there; each act is written to the journal."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from evalsys.accounts.models import Unit
from evalsys.audit.journal import record
from evalsys.audit.labels import name_actions
from evalsys.jsonread import Problem
from evalsys.rulepacks.codec import PackError, dump_pack, parse_pack
from evalsys.rulepacks.models import RulePackDraft, RulePackVersion
from evalsys.rulepacks.schema import RulePack
from evalsys.rulepacks.shipped import shipped_packs
from evalsys.versioning import StaleVersionError, save_version

if TYPE_CHECKING:
    from evalsys.accounts.models import User


name_actions(
    {
        "draft_started": "规则包：开始起草",
        "draft_discarded": "规则包：删除草稿",
        "pack_published": "规则包：发布",
        "pack_downloaded": "规则包：下载",
    }
)


class ChangedVersionError(Exception):
    """A version that was published once would change its content."""


class TakenCodeError(Exception):
    """Another pack or draft has this code."""


def publish(pack: RulePack, *, owner: Unit | None = None) -> RulePackVersion:
    """Store the pack as an immutable version; storing the same content again changes nothing."""
    stored, _ = RulePackVersion.objects.get_or_create(
        code=pack.code,
        version=pack.version,
        defaults={
            "name": pack.name,
            "place": pack.place,
            "verified": pack.verified,
            "content": dump_pack(pack),
            "digest": pack.digest,
            "owner": owner,
        },
    )
    if stored.digest != pack.digest:
        raise ChangedVersionError(f"{pack.code} version {pack.version} is published already")
    return stored


def publish_shipped(**kwargs: object) -> None:
    """After every migrate: the packs that come with the program are there to choose from."""
    for pack in shipped_packs():
        publish(pack)


def stream_of(code: str) -> str:
    return f"rule-pack:{code}"


def next_version(code: str) -> int:
    last = RulePackVersion.objects.filter(code=code).aggregate(last=Max("version"))["last"]
    return (last or 0) + 1


def code_is_taken(code: str) -> bool:
    return (
        RulePackVersion.objects.filter(code__iexact=code).exists()
        or RulePackDraft.objects.filter(code__iexact=code).exists()
    )


@transaction.atomic
def start_draft(
    base: RulePackVersion, *, owner: Unit, code: str, name: str, place: str, actor: "User"
) -> RulePackDraft:
    """A pack of its own, beginning as a copy of ``base``; raises TakenCodeError."""
    if code_is_taken(code):
        raise TakenCodeError(code)
    return _start(base, owner=owner, actor=actor, code=code, name=name, place=place)


@transaction.atomic
def start_next_version(base: RulePackVersion, *, actor: "User") -> RulePackDraft:
    """The next version of a pack one's bureau published; raises TakenCodeError beside a draft."""
    if base.owner is None:
        raise ChangedVersionError("what comes with the program is not published over")
    if RulePackDraft.objects.filter(code=base.code).exists():
        raise TakenCodeError(base.code)
    return _start(base, owner=base.owner, actor=actor, code=base.code)


def _start(base: RulePackVersion, *, owner: Unit, actor: "User", **said: Any) -> RulePackDraft:
    content = dump_pack(base.pack) | said | {"version": next_version(said["code"])}
    draft = RulePackDraft.objects.create(
        code=said["code"], based_on=base, owner=owner, content=content
    )
    record(stream_of(draft.code), "draft_started", actor=actor, based_on=str(base), owner=owner.pk)
    return draft


def save_draft(draft: RulePackDraft, *, seen: int, content: dict[str, Any]) -> None:
    """Keep what was typed, valid or not; raises StaleVersionError."""
    kept = content | {"code": draft.code, "version": draft.content["version"]}
    save_version(draft, seen=seen, content=kept, saved_at=timezone.now())


def problems_of(content: dict[str, Any]) -> tuple[Problem, ...]:
    """Everything that keeps the content from being published, each with its path."""
    try:
        parse_pack(content)
    except PackError as error:
        return error.problems
    return ()


@transaction.atomic
def publish_draft(draft: RulePackDraft, *, seen: int, actor: "User") -> RulePackVersion:
    """Make the draft the next immutable version and remove it.

    Raises StaleVersionError when somebody saved meanwhile, PackError with every problem.
    """
    if not RulePackDraft.objects.filter(pk=draft.pk, version=seen).exists():
        draft.refresh_from_db()
        raise StaleVersionError(draft)
    pack = parse_pack(draft.content | {"version": next_version(draft.code)})
    published = publish(pack, owner=draft.owner)
    record(
        stream_of(draft.code),
        "pack_published",
        actor=actor,
        version=pack.version,
        digest=pack.digest,
        based_on=str(draft.based_on),
    )
    draft.delete()
    return published


@transaction.atomic
def discard_draft(draft: RulePackDraft, *, actor: "User") -> None:
    record(stream_of(draft.code), "draft_discarded", actor=actor, name=draft.name)
    draft.delete()
