"""Addresses of this app."""

from django.urls import path

from payments import views

urlpatterns = [
    path("payments/", views.payment_list, name="payment_list"),
    path("payments/<str:reference>/", views.payment, name="payment"),
    path("payments/<str:reference>/slip/", views.slip, name="payment_slip"),
    path("payments/<str:reference>/proof/", views.proof, name="payment_proof"),
    path("payments/<str:reference>/confirm/", views.confirm, name="payment_confirm"),
    path("payments/<str:reference>/dispute/", views.dispute, name="payment_dispute"),
]
