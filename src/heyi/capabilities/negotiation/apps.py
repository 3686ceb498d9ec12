from django.apps import AppConfig


class NegotiationConfig(AppConfig):
    name = "heyi.capabilities.negotiation"
    label = "negotiation"
