"""What is done with every evaluation of a list, as a job in the background."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from evalsys.accounts.requests import SignedInView
from evalsys.jobs.queue import enqueue
from projects.listing import asked_for
from reports import jobs

MOST = 2000


class Batch(SignedInView):
    """POST with the query string of the list; goes on to the page of the job."""

    task = ""
    title = ""

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.request.user.oversees:
            raise PermissionDenied("只有主管部门和财政部门可以批量办理。")
        chosen = asked_for(self.request.user, request.GET.dict())
        evaluations = sorted(chosen.values_list("pk", flat=True)[: MOST + 1])
        if not evaluations or len(evaluations) > MOST:
            messages.error(request, f"一次可以办理 1 到 {MOST} 份，请先筛选。")
            return redirect("projects:list")
        job = enqueue(
            self.task,
            owner=self.request.user,
            title=f"{self.title}（{len(evaluations)} 份）",
            evaluations=evaluations,
        )
        return redirect("jobs:job", pk=job.pk)


class ExamineAll(Batch):
    task = jobs.EXAMINE
    title = "核对自评"
