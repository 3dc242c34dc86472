from evalsys.rulepacks.codec import dump_pack
from evalsys.rulepacks.models import RulePackVersion
from evalsys.rulepacks.schema import RulePack
from evalsys.rulepacks.shipped import shipped_packs


class ChangedVersionError(Exception):
    """A version that was published once would change its content."""


def publish(pack: RulePack) -> RulePackVersion:
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
        },
    )
    if stored.digest != pack.digest:
        raise ChangedVersionError(f"{pack.code} version {pack.version} is published already")
    return stored


def publish_shipped(**kwargs: object) -> None:
    """After every migrate: the packs that come with the program are there to choose from."""
    for pack in shipped_packs():
        publish(pack)
