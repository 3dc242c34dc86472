from django.urls import path

from evalsys.audit.views import JournalList

app_name = "audit"
urlpatterns = [path("admin/journal/", JournalList.as_view(), name="journal")]
