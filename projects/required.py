"""What 基本信息表 may not leave blank at submission."""

REQUIRED_BASIC = (
    "implementing_unit",
    "supervising_department",
    "project_leader",
    "phone",
    "address",
    "postcode",
    "project_type",
)
