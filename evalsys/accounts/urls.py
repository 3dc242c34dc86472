from django.contrib.auth.views import LogoutView
from django.urls import include, path

from evalsys.accounts import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("password/", views.OwnPassword.as_view(), name="password_change"),
    path(
        "admin/",
        include(
            (
                [
                    path("units/", views.UnitList.as_view(), name="units"),
                    path("units/new/", views.UnitCreate.as_view(), name="unit_create"),
                    path("units/<int:pk>/", views.UnitEdit.as_view(), name="unit"),
                    path("journal/", views.JournalList.as_view(), name="journal"),
                    path("people/", views.PersonList.as_view(), name="people"),
                    path("people/new/", views.PersonCreate.as_view(), name="person_create"),
                    path("people/<int:pk>/", views.PersonEdit.as_view(), name="person"),
                    path(
                        "people/<int:pk>/password/",
                        views.PersonPassword.as_view(),
                        name="person_password",
                    ),
                    path(
                        "people/<int:pk>/grant/", views.PersonGrant.as_view(), name="person_grant"
                    ),
                    path(
                        "people/<int:pk>/revoke/<int:grant>/",
                        views.PersonRevoke.as_view(),
                        name="person_revoke",
                    ),
                ],
                "accounts",
            )
        ),
    ),
]
