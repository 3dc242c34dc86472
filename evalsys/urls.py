from django.urls import include, path

from evalsys.health import alive, ready

urlpatterns = [
    path("", include("projects.urls")),
    path("", include("reports.urls")),
    path("", include("scoring.urls")),
    path("", include("evalsys.jobs.urls")),
    path("", include("evalsys.accounts.urls")),
    path("health/alive", alive, name="alive"),
    path("health/ready", ready, name="ready"),
]
