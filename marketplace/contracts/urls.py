"""Addresses of this app."""

from django.urls import path

from marketplace.contracts.views import delivery, drafting, ending, pages

urlpatterns = [
    path("contracts/", pages.contract_list, name="contract_list"),
    path("contracts/of/<str:number>/", pages.contract_of, name="contract_of"),
    path("contracts/<str:number>/", pages.contract, name="contract"),
    path("contracts/<str:number>/print/", pages.contract_print, name="contract_print"),
    path("contracts/<str:number>/terms/", drafting.terms, name="contract_terms"),
    path("contracts/<str:number>/changes/", drafting.ask_changes, name="contract_ask_changes"),
    path("contracts/<str:number>/confirm/", drafting.confirm, name="contract_confirm"),
    path("contracts/<str:number>/milestones/<int:position>/deliver/", delivery.deliver, name="contract_deliver"),
    path("contracts/<str:number>/milestones/<int:position>/again/", delivery.grant_round, name="contract_grant_round"),
    path("contracts/<str:number>/deliverables/<int:pk>/", delivery.deliverable, name="contract_deliverable"),
    path("contracts/<str:number>/deliverables/<int:pk>/accept/", delivery.accept, name="contract_accept"),
    path("contracts/<str:number>/deliverables/<int:pk>/return/", delivery.return_, name="contract_return"),
    path("contracts/<str:number>/review/", ending.review, name="contract_review"),
    path("contracts/<str:number>/reviews/<str:side>/answer/", ending.answer, name="contract_answer"),
    path("contracts/<str:number>/terminate/", ending.terminate, name="contract_terminate"),
]
