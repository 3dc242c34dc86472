MACROS = "文件里有宏，请另存为不带宏的格式再上传。"
LOCKED = "文件有打开密码，请取消密码后再上传。"


class RefusedFileError(Exception):
    """The file may not be kept; the message says why, in Chinese."""


def damaged(label: str) -> RefusedFileError:
    return RefusedFileError(f"{label}已损坏或不完整，请重新保存后再上传。")


def not_of(label: str) -> RefusedFileError:
    return RefusedFileError(f"内容不是{label}，请用办公软件另存后再上传。")
