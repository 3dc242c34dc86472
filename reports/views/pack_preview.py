from typing import Any

from django.views.generic import TemplateView

from evalsys.rulepacks.codec import PackError, parse_pack
from reports.preview import MOST, preview
from scoring.views.packs import DraftMixin, found_problems


class PackPreview(DraftMixin, TemplateView):
    """「这 40 份里有 3 份等次会变」: a draft on the results of past evaluations."""

    template_name = "reports/pack_preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            pack = parse_pack(self.draft.content)
        except PackError:
            return super().get_context_data(problems=found_problems(self.draft.content), **kwargs)
        found = preview(self.draft, pack, self.request.user)
        return super().get_context_data(preview=found, most=MOST, **kwargs)
