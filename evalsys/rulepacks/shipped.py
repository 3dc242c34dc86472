"""The rule packs that come with the product: one file per version in ``data``."""

from functools import cache
from pathlib import Path

from evalsys.rulepacks.codec import load_pack
from evalsys.rulepacks.schema import RulePack

DATA = Path(__file__).parent / "data"


@cache
def shipped_packs() -> tuple[RulePack, ...]:
    """Every shipped version, by code and version."""
    packs = (load_pack(file.read_bytes()) for file in DATA.glob("*.json"))
    return tuple(sorted(packs, key=lambda pack: (pack.code, pack.version)))


def shipped_pack(code: str, version: int | None = None) -> RulePack:
    """Return one shipped version, the newest if none is named; LookupError if there is none."""
    versions = [
        pack for pack in shipped_packs() if pack.code == code and version in (None, pack.version)
    ]
    if not versions:
        wanted = code if version is None else f"{code} 第 {version} 版"
        raise LookupError(f"没有随系统提供的规则包 {wanted}。")
    return versions[-1]
