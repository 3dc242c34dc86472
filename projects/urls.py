from django.urls import include, path, re_path

from projects.views.basic import BasicEdit
from projects.views.evaluations import EvaluationOverview, PerformAction
from projects.views.goals import GoalsEdit
from projects.views.panel import AppointmentEdit, PanelEdit, SeatAction
from projects.views.projects import EvaluationList, ProjectCreate, ProjectDetail
from projects.views.report import ReportEdit
from projects.views.tasks import TaskList

urlpatterns = [
    path("", TaskList.as_view(), name="tasks"),
    path(
        "",
        include(
            (
                [
                    path("projects/", EvaluationList.as_view(), name="list"),
                    path("projects/new/", ProjectCreate.as_view(), name="create"),
                    path("projects/<int:pk>/", ProjectDetail.as_view(), name="project"),
                    path("evaluations/<int:pk>/", EvaluationOverview.as_view(), name="overview"),
                    path(
                        "evaluations/<int:pk>/do/<slug:action>/",
                        PerformAction.as_view(),
                        name="perform",
                    ),
                    path("evaluations/<int:pk>/goals/", GoalsEdit.as_view(), name="goals"),
                    path("evaluations/<int:pk>/basic/", BasicEdit.as_view(), name="basic"),
                    path("evaluations/<int:pk>/report/", ReportEdit.as_view(), name="report"),
                    path("evaluations/<int:pk>/panel/", PanelEdit.as_view(), name="panel"),
                    path(
                        "evaluations/<int:pk>/panel/appointment/",
                        AppointmentEdit.as_view(),
                        name="appointment",
                    ),
                    re_path(
                        r"^evaluations/(?P<pk>[0-9]+)/panel/(?P<seat>[0-9]+)/(?P<action>lead|dismiss)/$",
                        SeatAction.as_view(),
                        name="seat",
                    ),
                ],
                "projects",
            )
        ),
    ),
]
