from typing import TYPE_CHECKING

from evalsys.accounts.enums import Role
from evalsys.decisions import ALLOWED, Decision, first_refusal, refused
from projects.enums import State
from projects.models import Evaluation
from reports.issuing.enums import SlotKind
from reports.issuing.models import Slot

if TYPE_CHECKING:
    from evalsys.accounts.models import User


def can_see_signing(user: "User", evaluation: Evaluation) -> Decision:
    """Whoever sees an evaluation sees who has signed it, from signing on."""
    if evaluation.has_reached(State.SIGNED):
        return ALLOWED
    return refused("主管部门签发之后才有签字页。")


def can_sign(user: "User", slot: Slot) -> Decision:
    """One's own slot, when nobody has to sign before; the seal is the unit head's."""
    return first_refusal(_is_own(user, slot), _is_due(slot))


def _is_own(user: "User", slot: Slot) -> Decision:
    if Slot.objects.of(user).filter(pk=slot.pk).exists():
        return ALLOWED
    who = "单位负责人" if slot.kind == SlotKind.SEAL else slot.name
    return refused(f"这一处由{who}本人签。")


def _is_due(slot: Slot) -> Decision:
    if Slot.objects.due().filter(pk=slot.pk).exists():
        return ALLOWED
    if Slot.objects.open().filter(pk=slot.pk).exists():
        return refused("前面还有人没有签，请等他们签完。")
    return refused("这一处已经签过，或者不再需要签。")


def can_waive(user: "User", evaluation: Evaluation) -> Decision:
    """The supervisor decides that a signature will be given on paper."""
    if not user.has_role(Role.SUPERVISOR, unit=evaluation.unit):
        return refused("只有主管部门可以改为纸质签字。")
    if evaluation.state != State.SIGNED:
        return refused(f"现在是「{evaluation.get_state_display()}」环节，不用再等签字。")
    return ALLOWED


def can_keep_scans(user: "User", evaluation: Evaluation) -> Decision:
    """The unit and the department file what was signed by hand."""
    roles = (Role.FINANCE_STAFF, Role.UNIT_HEAD, Role.SUPERVISOR)
    if user.has_role(*roles, unit=evaluation.unit):
        return ALLOWED
    return refused("扫描件由项目实施单位或主管部门上传。")
