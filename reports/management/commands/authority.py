"""The authority that signs for this installation: its fingerprint, a new key for the system."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from evalsys.audit.journal import record
from reports.issuing import house
from reports.signing.errors import SigningError
from reports.signing.providers import EmbeddedProvider

STREAM = "signing"


class Command(BaseCommand):
    help = "显示签名用的证书；--renew 给系统换密钥并吊销旧证书"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--renew", action="store_true", help="系统换新密钥，吊销旧证书")

    def handle(self, *, renew: bool, **_: Any) -> None:
        try:
            if renew:
                self._renew()
            self._show()
        except SigningError as error:
            raise CommandError(str(error)) from error

    def _renew(self) -> None:
        provider = house.provider()
        if not isinstance(provider, EmbeddedProvider):
            raise SigningError("现在用的是单位自己的证书，换证书请在设置里换。")
        with transaction.atomic():
            serial = provider.renew_system()
            record(STREAM, "system_key_renewed", actor=None, revoked=f"{serial:x}")
        self.stdout.write("系统已换新密钥，旧证书已吊销。请重新启动服务。")

    def _show(self) -> None:
        with house.provider().credential(house.system()) as credential:
            self.stdout.write(f"来源 {house.provider().name}，算法 {credential.algorithm}")
            self.stdout.write(f"根证书 SHA-256 {credential.root.sha256.hex()}")
            self.stdout.write(f"系统证书 SHA-256 {credential.key_id}")
