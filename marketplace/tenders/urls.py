"""Addresses of this app."""

from django.urls import path

from marketplace.tenders import views

urlpatterns = [
    path("tenders/new/", views.begin, name="tender_new"),
    path("tenders/draft/<int:pk>/", views.edit, name="tender_edit"),
    path("tenders/draft/<int:pk>/preview/", views.preview, name="tender_preview"),
    path("tenders/draft/<int:pk>/source/", views.draw_source, name="tender_source"),
    path("tenders/draft/<int:pk>/discard/", views.discard, name="tender_discard"),
    path("tenders/receipt/check/", views.receipt_check, name="receipt_check"),
    path("tenders/<str:number>/", views.tender, name="tender"),
    path("tenders/<str:number>/bid/", views.bid, name="tender_bid"),
    path("tenders/<str:number>/bid/withdraw/", views.withdraw, name="tender_bid_withdraw"),
    path("tenders/<str:number>/accept/", views.accept, name="tender_accept"),
    path("tenders/<str:number>/decline/", views.decline, name="tender_decline"),
    path("tenders/<str:number>/cancel/", views.cancel, name="tender_cancel"),
    path("tenders/<str:number>/again/", views.again, name="tender_again"),
    path("tenders/<str:number>/ask/", views.ask, name="tender_ask"),
    path("tenders/<str:number>/questions/<int:pk>/", views.answer, name="question_answer"),
    path("tenders/<str:number>/amend/", views.amend, name="tender_amend"),
    path("tenders/<str:number>/confirm/", views.confirm, name="tender_confirm"),
    path("tenders/<str:number>/explain/", views.explain, name="tender_explain"),
    path("tenders/<str:number>/explanations/<int:pk>/", views.decide, name="explanation_decide"),
    path("tenders/<str:number>/pick/", views.pick, name="tender_pick"),
    path("tenders/<str:number>/give-up/", views.give_up, name="tender_give_up"),
    path("tenders/<str:number>/substitute/", views.substitute, name="tender_substitute"),
    path("tenders/<str:number>/object/", views.object_to, name="tender_object"),
    path("tenders/<str:number>/objections/<str:objection>/", views.objection, name="objection"),
    path(
        "tenders/<str:number>/objections/<str:objection>/withdraw/",
        views.withdraw_objection,
        name="objection_withdraw",
    ),
    path("tenders/<str:number>/result/", views.result, name="tender_result"),
    path("tenders/<str:number>/documents/<uuid:pk>/", views.bid_documents, name="bid_documents"),
    path("tenders/<str:number>/record.json", views.record, name="tender_record"),
    path("tenders/<str:number>/notice/", views.notice, name="award_notice"),
    path("tenders/<str:number>/notice.pdf", views.notice_pdf, name="award_notice_pdf"),
    path("verify/", views.verify, name="verify"),
    path("verify/zjcs-verify.html", views.verify_file, name="verify_file"),
    path("receipts/<uuid:pk>/", views.receipt, name="receipt"),
    path("receipts/<uuid:pk>.json", views.receipt_file, name="receipt_file"),
    path("desk/tenders/", views.my_tenders, name="my_tenders"),
    path("desk/bids/", views.my_bids, name="my_bids"),
]
