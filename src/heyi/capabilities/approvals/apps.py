from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "heyi.capabilities.approvals"
    label = "approvals"
