from django.db import models


class SlotKind(models.TextChoices):
    EVALUATOR = "evaluator", "评价人员"
    LEADER = "leader", "评价工作组组长"
    SEAL = "seal", "单位盖章"


class RevisionKind(models.TextChoices):
    CERTIFICATION = "certification", "签发"
    SIGNATURE = "signature", "签字"
    LOCK = "lock", "封存"


class CertificateKind(models.TextChoices):
    ROOT = "root", "根证书"
    OWN = "own", "本系统的证书"
    TIME = "time", "时间戳的根证书"


# Evaluators in any order, then the leader, then the seal.
RANKS = {SlotKind.EVALUATOR: 1, SlotKind.LEADER: 2, SlotKind.SEAL: 3}
