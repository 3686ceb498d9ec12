from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "heyi.web.ui"
    label = "ui"
