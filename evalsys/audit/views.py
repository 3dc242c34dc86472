from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.generic import ListView

from evalsys.accounts.enums import Role
from evalsys.audit.models import JournalEntry


class JournalList(ListView):
    """The journal for the audit administrator: who did what and when, never the business content."""

    template_name = "audit/journal.html"
    context_object_name = "entries"
    paginate_by = 100
    queryset = JournalEntry.objects.select_related("stream").order_by("-pk")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_role(Role.AUDIT_ADMIN):
            raise PermissionDenied("只有审计管理员可以查看操作日志。")
        return super().dispatch(request, *args, **kwargs)
