from django.urls import path

from evalsys.jobs.views import JobCancel, JobDetail, JobFile, JobList

app_name = "jobs"
urlpatterns = [
    path("jobs/", JobList.as_view(), name="list"),
    path("jobs/<int:pk>/", JobDetail.as_view(), name="job"),
    path("jobs/<int:pk>/cancel/", JobCancel.as_view(), name="cancel"),
    path("jobs/<int:pk>/file/", JobFile.as_view(), name="file"),
]
