from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "heyi.capabilities.signing"
    label = "signing"
