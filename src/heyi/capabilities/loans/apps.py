from django.apps import AppConfig


class LoansConfig(AppConfig):
    name = "heyi.capabilities.loans"
    label = "loans"
