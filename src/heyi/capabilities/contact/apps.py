from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "heyi.capabilities.contact"
    label = "contact"
