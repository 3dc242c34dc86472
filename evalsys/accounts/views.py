from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView

from evalsys.accounts import domain
from evalsys.accounts.enums import Role
from evalsys.accounts.forms import (
    GrantForm,
    InitialPasswordForm,
    NamedUnitForm,
    NewPersonForm,
    NewUnitForm,
    OwnPasswordForm,
    PersonForm,
    SignInForm,
)
from evalsys.accounts.models import RoleGrant, Unit, User
from evalsys.accounts.requests import SignedInRequest, SignedInView
from evalsys.audit.journal import record
from evalsys.audit.models import JournalEntry
from evalsys.duplicates import RefuseDuplicates


class SignIn(auth_views.LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    @transaction.atomic
    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        record(domain.STREAM, "signed_in", actor=form.get_user())
        return super().form_valid(form)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return render(request, "accounts/locked_out.html", status=429)


class OwnPassword(auth_views.PasswordChangeView):
    request: SignedInRequest
    template_name = "accounts/own_password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("tasks")

    @transaction.atomic
    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        domain.change_user(self.request.user, actor=self.request.user, must_change_password=False)
        messages.success(self.request, "密码已修改。")
        return response


class AdministratorMixin(SignedInView):
    """Pages of the three administrators; each names the roles it is for."""

    roles: tuple[Role, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.request.user.has_role(*self.roles):
            raise PermissionDenied("这一页只给相应的管理员使用。")
        return super().dispatch(request, *args, **kwargs)


class UnitList(AdministratorMixin, ListView):
    roles = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
    template_name = "accounts/units.html"
    context_object_name = "units"
    queryset = Unit.objects.all()


class UnitCreate(AdministratorMixin, RefuseDuplicates, FormView):
    roles = (Role.SYSTEM_ADMIN,)
    template_name = "accounts/form.html"
    form_class = NewUnitForm
    success_url = reverse_lazy("accounts:units")
    extra_context = {"title": "新增单位"}

    def form_saved(self, form: NewUnitForm) -> HttpResponse:
        domain.create_unit(**form.cleaned_data, actor=self.request.user)
        return redirect(self.get_success_url())


class UnitEdit(AdministratorMixin, FormView):
    roles = (Role.SYSTEM_ADMIN,)
    template_name = "accounts/form.html"
    form_class = NamedUnitForm
    success_url = reverse_lazy("accounts:units")
    extra_context = {"title": "修改单位"}

    @cached_property
    def unit(self) -> Unit:
        return get_object_or_404(Unit, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.unit.name, "kind": self.unit.kind}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"unit": self.unit}

    def form_valid(self, form: NamedUnitForm) -> HttpResponse:
        domain.rename_unit(self.unit, **form.cleaned_data, actor=self.request.user)
        return super().form_valid(form)


class PersonList(AdministratorMixin, ListView):
    roles = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
    template_name = "accounts/people.html"
    context_object_name = "people"
    paginate_by = 100
    queryset = User.objects.select_related("unit").prefetch_related("role_grants__unit")


class PersonCreate(AdministratorMixin, RefuseDuplicates, FormView):
    roles = (Role.SYSTEM_ADMIN,)
    template_name = "accounts/form.html"
    form_class = NewPersonForm
    success_url = reverse_lazy("accounts:people")
    extra_context = {"title": "新增用户"}

    def form_saved(self, form: NewPersonForm) -> HttpResponse:
        domain.create_user(**form.cleaned_data, actor=self.request.user)
        return redirect(self.get_success_url())


class PersonMixin(AdministratorMixin):
    @cached_property
    def person(self) -> User:
        return get_object_or_404(User.objects.select_related("unit"), pk=self.kwargs["pk"])

    def get_success_url(self) -> str:
        return reverse("accounts:person", args=[self.person.pk])


class PersonEdit(PersonMixin, FormView):
    """One person: the system administrator edits, the security administrator grants roles."""

    roles = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
    template_name = "accounts/person.html"
    form_class = PersonForm

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.person, name) for name in PersonForm.base_fields}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            person=self.person,
            grants=self.person.role_grants.select_related("unit"),
            password_form=InitialPasswordForm(
                person=self.person, action=self._address("person_password")
            ),
            grant_form=GrantForm(
                person=self.person, by=self.request.user, action=self._address("person_grant")
            ),
            edits_people=self.request.user.has_role(Role.SYSTEM_ADMIN),
            sets_password=not self.person.is_administrator,
            grants_roles=self.request.user.has_role(Role.SECURITY_ADMIN),
            **kwargs,
        )

    def _address(self, name: str) -> str:
        return reverse(f"accounts:{name}", args=[self.person.pk])

    def form_valid(self, form: PersonForm) -> HttpResponse:
        if not self.request.user.has_role(Role.SYSTEM_ADMIN):
            raise PermissionDenied("只有系统管理员可以修改用户资料。")
        domain.change_user(self.person, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, "已保存。")
        return super().form_valid(form)


class PersonSubform(PersonMixin, FormView):
    """A second form of the person's page, drawn alone when it was refused."""

    template_name = "accounts/form.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, title=str(self.person)))


class PersonPassword(PersonSubform):
    roles = (Role.SYSTEM_ADMIN,)
    form_class = InitialPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.person}

    def form_valid(self, form: InitialPasswordForm) -> HttpResponse:
        domain.set_password(
            self.person, form.cleaned_data["password"], must_change=True, actor=self.request.user
        )
        messages.success(self.request, "已设置初始密码；本人下次登录时必须修改。")
        return super().form_valid(form)


class PersonGrant(PersonSubform):
    roles = (Role.SECURITY_ADMIN,)
    form_class = GrantForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.person, "by": self.request.user}

    def form_valid(self, form: GrantForm) -> HttpResponse:
        domain.grant_role(self.person, **form.cleaned_data, actor=self.request.user)
        return super().form_valid(form)


class PersonRevoke(PersonMixin):
    roles = (Role.SECURITY_ADMIN,)

    def post(self, request: SignedInRequest, pk: int, grant: int) -> HttpResponse:
        held = get_object_or_404(RoleGrant, pk=grant, user=self.person)
        domain.revoke_role(held, actor=request.user)
        return redirect("accounts:person", pk=pk)


class JournalList(AdministratorMixin, ListView):
    """Who did what and when; never the business content."""

    roles = (Role.AUDIT_ADMIN,)
    template_name = "accounts/journal.html"
    context_object_name = "entries"
    paginate_by = 100
    queryset = JournalEntry.objects.select_related("stream").order_by("-pk")
