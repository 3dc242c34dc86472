from django.urls import path

from reports.views.department import DepartmentEdit
from reports.views.documents import DocumentDownload, DocumentFragment, DocumentPages
from reports.views.old_form import OldFormEdit, OldFormLeave, OldFormStart
from reports.views.pack_preview import PackPreview
from reports.views.results import Results

app_name = "reports"
urlpatterns = [
    path("evaluations/<int:pk>/results/", Results.as_view(), name="results"),
    path("evaluations/<int:pk>/department/", DepartmentEdit.as_view(), name="department"),
    path("evaluations/<int:pk>/old-form/", OldFormEdit.as_view(), name="old_form"),
    path("evaluations/<int:pk>/old-form/start/", OldFormStart.as_view(), name="old_form_start"),
    path("evaluations/<int:pk>/old-form/leave/", OldFormLeave.as_view(), name="old_form_leave"),
    path("evaluations/<int:pk>/documents/", DocumentPages.as_view(), name="documents"),
    path(
        "evaluations/<int:pk>/documents/<slug:document>.pdf",
        DocumentDownload.as_view(),
        name="download",
    ),
    path(
        "evaluations/<int:pk>/documents/<slug:document>/",
        DocumentFragment.as_view(),
        name="fragment",
    ),
    path("rule-packs/drafts/<int:pk>/preview/", PackPreview.as_view(), name="pack_preview"),
]
