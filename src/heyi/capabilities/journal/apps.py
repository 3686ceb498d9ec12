from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "heyi.capabilities.journal"
    label = "journal"
