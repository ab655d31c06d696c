"""Wagtail's users app with our own pages for the people who work for the zone; named in INSTALLED_APPS."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffAppConfig(WagtailUsersAppConfig):
    """Staff are made and changed through our services, with roles instead of groups."""

    user_viewset = "marketplace.accounts.admin.StaffViewSet"
