from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "heyi.web.console"
    label = "console"
