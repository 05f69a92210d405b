"""The admin of accounts, wards and memberships: accounts and wards are never deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from grading.rules.systems import COURSE_SYSTEMS, PRIMARY, SYSTEMS
from patients import door
from patients.models import Membership, User, Ward
from patients.sessions import end_sessions
from patients.words.ice_words import ASTCT_SENTENCE, USUAL_OBJECTS


class FirstPasswordForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new account, whose password its user has to change."""

    def save(self, commit: bool = True) -> Any:
        self.instance.must_change_password = True
        return super().save(commit)


class ResetPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A new password for somebody else, who has to change it; it ends their sessions."""

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = True
        user = super().save(commit)
        end_sessions([user.pk])
        return user


class NeverDeleted(admin.ModelAdmin):  # type: ignore[type-arg]
    """Offers no deletion."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 1


@admin.register(User)
class CartoxUserAdmin(NeverDeleted, UserAdmin):  # type: ignore[type-arg]
    """Accounts. The wards decide what a user sees, the role what the user does."""

    list_display = ("username", "first_name", "last_name", "role", "is_active", "is_staff")
    list_filter = ("role", "is_active", "wards")
    inlines = (MembershipInline,)
    actions = ("deactivate", "sign_out_everywhere")
    add_form = FirstPasswordForm
    change_password_form = ResetPasswordForm

    @admin.action(description="Deactivate (accounts are never deleted)", permissions=["change"])
    def deactivate(self, request: HttpRequest, users: models.QuerySet[User]) -> None:
        """Close the chosen accounts and sign them out; what they recorded goes on naming them."""
        others = [user for user in users if user != request.user and user.is_active]
        for user in others:
            user.is_active = False
            user.save()
            self.log_change(request, user, "Deactivated")
        closed = ", ".join(user.username for user in others) or "none"
        self.message_user(
            request,
            f"Accounts deactivated and signed out: {closed}. Their entries go on naming them. "
            "Tick “Active” in an account to open it again. Your own account stays open.",
        )

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def sign_out_everywhere(self, request: HttpRequest, users: models.QuerySet[User]) -> None:
        """End every session of the chosen users, for instance on a lost tablet."""
        chosen = list(users)
        ended = end_sessions(user.pk for user in chosen)
        for user in chosen:
            self.log_change(request, user, "Signed out everywhere")
        self.message_user(request, f"Sessions ended: {ended}.")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return (*super().get_fieldsets(request, obj), ("Cartox", {"fields": ("role",)}))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Say what to do instead."""
        self.message_user(
            request,
            "An account is never deleted, since its entries name it. Take away “Active”: it is "
            "then signed out and cannot sign in.",
            messages.WARNING,
        )
        return redirect("admin:patients_user_change", object_id)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's name
        form_url: str = "",
    ) -> HttpResponse:
        """Set somebody else's password. Who wants another own one is asked for the present one."""
        if self.get_object(request, unquote(id)) == request.user:
            return redirect("account_change_password")
        return super().user_change_password(request, id, form_url)


OTHER_SYSTEMS = {
    **{key: system.label for key, system in SYSTEMS.items() if key not in PRIMARY},
    **{key: system.label for key, system in COURSE_SYSTEMS.items()},
}


class WardForm(forms.ModelForm):  # type: ignore[type-arg]
    """The settings of a ward. If all systems are ticked, None is stored: all, later ones too."""

    systems = forms.MultipleChoiceField(
        required=False,
        choices=OTHER_SYSTEMS.items,
        widget=forms.CheckboxSelectMultiple,
        label="Systems shown beside ASTCT",
        help_text="ASTCT is always shown and always drives the options.",
    )

    class Meta:
        model = Ward
        fields = (
            "name",
            "time_zone",
            "assessment_every_hours",
            "who_to_call",
            "ice_sentence",
            "ice_objects",
            "systems",
        )
        labels: ClassVar = {
            "ice_sentence": "Sentence to write for ICE",
            "ice_objects": "Objects to name for ICE",
        }
        help_texts: ClassVar = {
            "ice_sentence": f"Empty: {ASTCT_SENTENCE} A patient may have another one.",
            "ice_objects": f"Three, with commas. Empty: {USUAL_OBJECTS}.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.systems is None:
            self.initial["systems"] = list(OTHER_SYSTEMS)

    def clean_systems(self) -> list[str] | None:
        chosen: list[str] = self.cleaned_data["systems"]
        return None if set(chosen) == set(OTHER_SYSTEMS) else chosen


@admin.register(Ward)
class WardAdmin(NeverDeleted):
    """Wards. One that is no longer used has no members."""

    form = WardForm
    list_display = ("name", "time_zone", "assessment_every_hours")
    readonly_fields = ("rounds",)

    @admin.display(description="Rounds")
    def rounds(self, ward: Ward) -> str:
        """The way to intervals, panel, shifts and calls, of which two fields above are defaults."""
        if ward._state.adding:
            return "Save the ward first."
        return format_html(
            '<a href="{}">How this ward makes its rounds</a>: intervals by grade, minimum panel, '
            "shifts, whom a call reaches. Hours and number above count until a table of its own is "
            "stored there.",
            reverse("round_settings", args=[ward.pk]),
        )

    def save_model(self, request: HttpRequest, obj: Ward, form: Any, change: bool) -> None:
        door.save_ward(obj)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "ward")
    list_filter = ("ward",)
