"""Addresses of this app."""

from django.urls import URLPattern, path

from marketplace.projects.views import board, entries, feeds, need, projects, registration, steps, talk

urlpatterns: list[URLPattern] = [
    path("need/", need.what_do_i_need, name="need"),
    path("desk/projects/", board.officer_board, name="officer_board"),
    path("desk/projects/entry/", entries.entry_quick, name="entry_quick"),
    path("desk/projects/words/", talk.ready_words, name="ready_words"),
    path("desk/projects/remind/", talk.remind_turns, name="remind_turns"),
    path("desk/calendar/", feeds.calendar_page, name="calendar_page"),
    path("calendar/<str:token>.ics", feeds.calendar_feed, name="calendar_feed"),
    path("projects/", projects.project_list, name="project_list"),
    path("projects/new/", registration.project_new, name="project_new"),
    path("projects/<str:code>/", projects.project, name="project"),
    path("projects/<str:code>/map/", projects.project_map, name="project_map"),
    path("projects/<str:code>/migrate/", projects.project_migrate, name="project_migrate"),
    path("projects/<str:code>/questions/", registration.project_questions, name="project_questions"),
    path("projects/<str:code>/mend/", registration.project_mend, name="project_mend"),
    path("projects/<str:code>/accept/", registration.project_accept, name="project_accept"),
    path("projects/<str:code>/return/", registration.project_return, name="project_return"),
    path("projects/<str:code>/mandate/", registration.project_mandate, name="project_mandate"),
    path("projects/<str:code>/route/", registration.route_make, name="route_make"),
    path("projects/<str:code>/services/<int:pk>/tender/", steps.service_tender, name="service_tender"),
    path("projects/<str:code>/services/<int:pk>/provide/", steps.service_provide, name="service_provide"),
    path("projects/<str:code>/messages/", talk.project_messages, name="project_messages"),
    path("projects/<str:code>/entries/", entries.entry_new, name="entry_new"),
    path("projects/<str:code>/entries/<int:pk>/settle/", entries.entry_settle, name="entry_settle"),
    path("projects/<str:code>/steps/<slug:key>/", steps.step, name="project_step"),
    path("projects/<str:code>/steps/<slug:key>/start/", steps.step_start, name="step_start"),
    path("projects/<str:code>/steps/<slug:key>/finish/", steps.step_finish, name="step_finish"),
    path("projects/<str:code>/steps/<slug:key>/pause/", steps.step_pause, name="step_pause"),
    path("projects/<str:code>/steps/<slug:key>/resume/", steps.step_resume, name="step_resume"),
]
