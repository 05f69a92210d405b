"""The app that logs the changes of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cartox_site.accounts"

    def ready(self) -> None:
        """Log the changes of accounts from now on."""
        from cartox_site.accounts.account_log import follow_accounts
        from cartox_site.accounts.quick import forget_devices
        from patients.sessions import signed_out_everywhere

        follow_accounts()
        signed_out_everywhere.connect(forget_devices)
