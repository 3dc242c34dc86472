from django.urls import path, re_path

from scoring.views.indicators import IndicatorAction, IndicatorsEdit
from scoring.views.opening import EvaluationOpen
from scoring.views.sheet import MarkSave, SheetHandIn, SheetPage

app_name = "scoring"
urlpatterns = [
    path("projects/<int:pk>/open/", EvaluationOpen.as_view(), name="open"),
    path("evaluations/<int:pk>/indicators/", IndicatorsEdit.as_view(), name="indicators"),
    re_path(
        r"^evaluations/(?P<pk>[0-9]+)/indicators/(?P<indicator>[0-9]+)/(?P<action>add|remove)/$",
        IndicatorAction.as_view(),
        name="indicator_action",
    ),
    path("evaluations/<int:pk>/sheet/", SheetPage.as_view(), name="sheet"),
    path("evaluations/<int:pk>/sheet/<int:mark>/", MarkSave.as_view(), name="mark"),
    path("evaluations/<int:pk>/sheet/hand-in/", SheetHandIn.as_view(), name="hand_in"),
]
