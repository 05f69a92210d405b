"""The URLs of the site."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

from cartox_site.accounts import lock_views
from cartox_site.accounts.lock_views import SignInView
from cartox_site.accounts.sign_out_views import sign_out, sign_out_everywhere

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# One page changes the own password, since it counts and logs wrong ones.
to_password_page = RedirectView.as_view(url=reverse_lazy("account_change_password"))
admin.site.password_change = to_password_page  # type: ignore[method-assign,assignment]
admin.site.password_change_done = to_password_page  # type: ignore[method-assign,assignment]

admin.site.logout = sign_out  # type: ignore[method-assign,assignment]

urlpatterns = [
    path("", include("patients.urls")),
    path("", include("patients.rounds.urls")),
    path("", include("patients.drafts.urls")),
    path("accounts/login/", SignInView.as_view(), name="account_login"),
    path("accounts/here/", lock_views.here, name="here"),
    path("accounts/lock/", lock_views.lock, name="lock"),
    path("accounts/locked/", lock_views.locked, name="locked"),
    path("accounts/unlock/", lock_views.unlock, name="unlock"),
    path("accounts/pin/", lock_views.choose_pin, name="choose_pin"),
    path("accounts/logout/", sign_out, name="account_logout"),
    path("accounts/logout/everywhere/", sign_out_everywhere, name="sign_out_everywhere"),
    path("accounts/signup/", account.signup, name="account_signup"),  # answers "closed"
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("accounts/again/", account.reauthenticate, name="account_reauthenticate"),
    path("admin/", admin.site.urls),
]

handler400 = "cartox_site.failures.bad_request"
handler500 = "cartox_site.failures.server_error"
