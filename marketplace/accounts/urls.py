"""Addresses of people and organisations."""

from django.urls import path

from marketplace.accounts.views import desk, members, organisations

urlpatterns = [
    path("desk/", desk.desk_page, name="desk"),
    path("organisation/", organisations.organisation, name="organisation"),
    path("organisation/register/", organisations.register, name="organisation_register"),
    path("organisation/edit/", organisations.edit, name="organisation_edit"),
    path("organisation/shareholders/", organisations.shareholders, name="organisation_shareholders"),
    path("organisation/authorisation/", organisations.authorisation, name="organisation_authorisation"),
    path("organisation/switch/", organisations.switch, name="organisation_switch"),
    path("organisation/members/", members.members, name="members"),
    path("organisation/members/<int:pk>/", members.member, name="member"),
    path("organisation/members/<int:pk>/end/", members.deactivate, name="member_end"),
    path("organisation/invitations/<int:pk>/revoke/", members.revoke, name="invitation_revoke"),
    path("invitations/<str:token>/", members.invitation, name="invitation"),
]
