from django.urls import path, re_path

from scoring.views.evidence import EvidenceDownload, EvidenceEdit, EvidencePage, EvidenceRemove
from scoring.views.indicators import IndicatorAction, IndicatorsEdit
from scoring.views.last_year import LastYear
from scoring.views.library import (
    DraftLibrary,
    EntryCreate,
    EntryEdit,
    EntryRetire,
    IndicatorLibrary,
    LibraryList,
)
from scoring.views.opening import EvaluationOpen
from scoring.views.pack_files import DraftFile, DraftFiles, PackFile
from scoring.views.packs import (
    DraftDiscard,
    DraftEdit,
    DraftPublish,
    DraftStart,
    NextVersion,
    PackDifference,
    PackList,
    PackVersion,
)
from scoring.views.sheet import MarkSave, SheetHandIn, SheetPage, SheetStepOut

app_name = "scoring"
urlpatterns = [
    path("projects/<int:pk>/open/", EvaluationOpen.as_view(), name="open"),
    path("evaluations/<int:pk>/indicators/", IndicatorsEdit.as_view(), name="indicators"),
    re_path(
        r"^evaluations/(?P<pk>[0-9]+)/indicators/(?P<indicator>[0-9]+)/(?P<action>add|remove)/$",
        IndicatorAction.as_view(),
        name="indicator_action",
    ),
    path("evaluations/<int:pk>/library/", IndicatorLibrary.as_view(), name="indicator_library"),
    path("evaluations/<int:pk>/last-year/", LastYear.as_view(), name="last_year"),
    path("evaluations/<int:pk>/evidence/", EvidencePage.as_view(), name="evidence"),
    path(
        "evaluations/<int:pk>/evidence/<int:file>/",
        EvidenceEdit.as_view(),
        name="evidence_edit",
    ),
    path(
        "evaluations/<int:pk>/evidence/<int:file>/remove/",
        EvidenceRemove.as_view(),
        name="evidence_remove",
    ),
    path(
        "evaluations/<int:pk>/evidence/<int:file>/file/",
        EvidenceDownload.as_view(),
        name="evidence_file",
    ),
    path("evaluations/<int:pk>/sheet/", SheetPage.as_view(), name="sheet"),
    path("evaluations/<int:pk>/sheet/<int:mark>/", MarkSave.as_view(), name="mark"),
    path("evaluations/<int:pk>/sheet/hand-in/", SheetHandIn.as_view(), name="hand_in"),
    path("evaluations/<int:pk>/sheet/step-out/", SheetStepOut.as_view(), name="step_out"),
    path("rule-packs/", PackList.as_view(), name="packs"),
    path("rule-packs/<int:pk>/", PackVersion.as_view(), name="pack"),
    path("rule-packs/<int:pk>/draft/", DraftStart.as_view(), name="pack_start"),
    path("rule-packs/<int:pk>/next/", NextVersion.as_view(), name="pack_next"),
    path("rule-packs/<int:pk>/difference/", PackDifference.as_view(), name="pack_difference"),
    path("rule-packs/drafts/<int:pk>/publish/", DraftPublish.as_view(), name="pack_publish"),
    path("rule-packs/drafts/<int:pk>/discard/", DraftDiscard.as_view(), name="pack_discard"),
    path("rule-packs/<int:pk>/file.<slug:form>", PackFile.as_view(), name="pack_file"),
    path("rule-packs/drafts/<int:pk>/files/", DraftFiles.as_view(), name="pack_files"),
    path(
        "rule-packs/drafts/<int:pk>/file.<slug:form>", DraftFile.as_view(), name="pack_draft_file"
    ),
    path("rule-packs/drafts/<int:pk>/library/", DraftLibrary.as_view(), name="pack_library"),
    path("rule-packs/drafts/<int:pk>/<slug:page>/", DraftEdit.as_view(), name="pack_draft"),
    path("library/", LibraryList.as_view(), name="library"),
    path("library/new/", EntryCreate.as_view(), name="library_create"),
    path("library/<int:pk>/", EntryEdit.as_view(), name="library_entry"),
    re_path(
        r"^library/(?P<pk>[0-9]+)/(?P<action>retire|restore)/$",
        EntryRetire.as_view(),
        name="library_retire",
    ),
]
