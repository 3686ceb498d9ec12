"""Words about calls of other systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "api.reading_missing": (_("还没有取到这段文字，不能算已读。"), _("请先取来给借款人看，再把 reading 带回来。")),
    "api.idempotency_key_missing": (
        _("这个操作要带 Idempotency-Key，长 1 到 120 个字符。"),
        _("请为每个操作生成一个新的键；重试时用同一个键。"),
    ),
    "api.idempotency_key_reused": (
        _("这个 Idempotency-Key 已经用于另一个请求。"),
        _("新的请求请用新的键。"),
    ),
    "heyi.malformed": (_("请求的内容读不出来。"), _("请核对格式是不是 JSON，编码是不是 UTF-8。")),
    "heyi.method": (_("这个地址不支持这种请求方法。"), _("请看接口说明 /api/v1/docs。")),
}
