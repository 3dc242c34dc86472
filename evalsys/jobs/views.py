from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import DetailView, ListView, View

from evalsys.accounts.requests import SignedInRequest, SignedInView
from evalsys.jobs.models import Job
from evalsys.jobs.queue import ask_to_cancel


class JobList(ListView):
    """What a person has asked for, newest first."""

    request: SignedInRequest
    template_name = "jobs/list.html"
    paginate_by = 50
    context_object_name = "jobs"

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user)


class JobMixin(SignedInView):
    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user)


class JobDetail(JobMixin, DetailView):
    """How far a job is; the part that changes asks again by itself until the job has ended."""

    context_object_name = "job"

    def get_template_names(self) -> list[str]:
        return ["jobs/progress.html" if "HX-Request" in self.request.headers else "jobs/job.html"]


class JobCancel(JobMixin, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = get_object_or_404(self.get_queryset(), pk=pk)
        ask_to_cancel(job)
        return redirect("jobs:job", pk=pk)


class JobFile(JobMixin, View):
    def get(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        job = get_object_or_404(self.get_queryset(), pk=pk)
        if not job.file:
            raise Http404
        return FileResponse(job.file.open(), as_attachment=True, filename=job.file_name)
