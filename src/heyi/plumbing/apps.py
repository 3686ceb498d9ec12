from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    name = "heyi.plumbing"
    label = "plumbing"
