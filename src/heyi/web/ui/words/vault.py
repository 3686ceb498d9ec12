"""Words about kept files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "vault.damaged": (_("这份文件的两个副本都坏了。"), _("请管理员从备份恢复，再运行一次检查。")),
    "vault.discarded": (_("这份文件的保存期满，已经销毁。"), _("还需要的话，请重新生成一份。")),
    "vault.held_by_law": (_("依法需要保全，现在不能删除。"), _("保全解除以后可以再申请。")),
    "vault.no_preview": (_("这种文件没有预览。"), _("可以直接下载来看。")),
    "vault.no_such_hold": (_("没有这项保全，或已经解除。"), _("请看最新的情况。")),
    "vault.no_such_object": (_("找不到这份文件。"), _("请从材料列表里打开。")),
    "vault.not_allowed": (_("这项操作只有合规和管理员能做。"), _("请找他们办理。")),
    "vault.shredded": (_("本人要求删除资料，密钥已经销毁，谁也看不到了。"), _("不需要再做什么。")),
    "vault.store_away": (_("文件暂时存不进去，没有保存。"), _("请过几分钟再传一次。")),
    "vault.unknown_kind": (_("不认识这类文件，没有保存。"), _("请把错误代码告诉管理员。")),
    "vault.wrong_master_key": (_("系统的主密钥对不上，资料打不开。"), _("请管理员换回原来的主密钥。")),
    "vault.unsafe_file": (_("这份文件不能用。"), _("请传照片或没有密码的 PDF，也别太大。")),
}
