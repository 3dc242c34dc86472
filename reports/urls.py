from django.urls import path, re_path

from reports.views.approval import ApprovalEdit
from reports.views.batches import ExamineAll
from reports.views.checkup import CheckupEnter, CheckupFile, CheckupPage
from reports.views.department import DepartmentEdit
from reports.views.documents import DocumentCopy, DocumentDownload, DocumentFragment, DocumentPages
from reports.views.findings import CheckList, Findings
from reports.views.findings_beside import FindingsBeside
from reports.views.old_form import OldFormEdit, OldFormLeave, OldFormStart
from reports.views.pack_move import PackMove
from reports.views.pack_preview import PackPreview
from reports.views.results import Results
from reports.views.scans import ScanAdd, ScanFile
from reports.views.seals import SealEdit, SealImage, SealList, SealRemove
from reports.views.signing import SignedFile, SigningPage, SignSlot, WaiveSlot
from reports.views.verify import (
    AuthorityCertificate,
    Revocations,
    VerifyCode,
    VerifyFile,
    VerifyHome,
)

app_name = "reports"
urlpatterns = [
    path("checkup/", CheckupPage.as_view(), name="checkup"),
    re_path(r"^checkup/report\.(?P<form>pdf|json)$", CheckupFile.as_view(), name="checkup_file"),
    path("checkup/enter/", CheckupEnter.as_view(), name="checkup_enter"),
    path("checks/", CheckList.as_view(), name="checks"),
    path("evaluations/<int:pk>/approval/", ApprovalEdit.as_view(), name="approval"),
    path("evaluations/<int:pk>/findings/", Findings.as_view(), name="findings"),
    path("evaluations/<int:pk>/findings/beside/", FindingsBeside.as_view(), name="findings_beside"),
    path("checks/all/", ExamineAll.as_view(), name="examine_all"),
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
        "evaluations/<int:pk>/documents/<slug:document>.<slug:format>",
        DocumentCopy.as_view(),
        name="copy",
    ),
    path(
        "evaluations/<int:pk>/documents/<slug:document>/",
        DocumentFragment.as_view(),
        name="fragment",
    ),
    path("evaluations/<int:pk>/pack/", PackMove.as_view(), name="pack_move"),
    path("rule-packs/drafts/<int:pk>/preview/", PackPreview.as_view(), name="pack_preview"),
    path("evaluations/<int:pk>/signing/", SigningPage.as_view(), name="signing"),
    path("evaluations/<int:pk>/signing/<int:slot>/sign/", SignSlot.as_view(), name="sign"),
    path("evaluations/<int:pk>/signing/<int:slot>/waive/", WaiveSlot.as_view(), name="waive"),
    path(
        "evaluations/<int:pk>/signing/version-<int:number>.pdf",
        SignedFile.as_view(),
        name="signed_file",
    ),
    path("evaluations/<int:pk>/signing/scans/<int:scan>/", ScanFile.as_view(), name="scan"),
    path("scans/new/", ScanAdd.as_view(), name="scan_add"),
    path("seals/", SealList.as_view(), name="seals"),
    path("seals/<int:pk>/", SealEdit.as_view(), name="seal"),
    path("seals/<int:pk>/remove/", SealRemove.as_view(), name="seal_remove"),
    path("seals/<int:pk>/image.png", SealImage.as_view(), name="seal_image"),
    path("verify/", VerifyHome.as_view(), name="verify"),
    path("verify/file/", VerifyFile.as_view(), name="verify_file"),
    path("verify/root.cer", AuthorityCertificate.as_view(), name="root_certificate"),
    path("verify/revoked.crl", Revocations.as_view(), name="revocations"),
    path("verify/<str:code>/", VerifyCode.as_view(), name="verify_code"),
]
