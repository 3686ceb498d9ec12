from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "heyi.capabilities.vault"
    label = "vault"
