"""Wagtail's users app with our own pages for the people who work for the zone; named in INSTALLED_APPS."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffAppConfig(WagtailUsersAppConfig):
    """Staff are made and changed through our services, with roles instead of groups."""

    user_viewset = "marketplace.accounts.admin.StaffViewSet"

    def ready(self) -> None:
        """Take Wagtail's bulk actions from users: they would pass by our services, the log and the second factor."""
        super().ready()
        from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction

        UserBulkAction.models = []
