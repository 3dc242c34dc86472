"""What can go wrong between a document and its PDF; as text, a sentence for the user."""


class RenderError(Exception):
    """The document could not be made; the sentence says what to do next."""


class MissingGlyphError(RenderError):
    """No bundled font has ``char``."""

    def __init__(self, char: str) -> None:
        super().__init__(char)
        self.char = char

    def __str__(self) -> str:
        return (
            f"字库里没有“{self.char}”（U+{ord(self.char):04X}），无法打印。"
            "请换用其他写法，或请管理员补充字库后再试。"
        )


class RenderTimeoutError(RenderError):
    """Not done, or not even begun, in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"文档在{self.seconds:g}秒内没有生成完，已停止。请缩短过长的文字，或稍后再试。"


class RenderCrashError(RenderError):
    """The worker died or ran out of memory, or the page asked for something it may not have."""

    def __str__(self) -> str:
        return "生成文档时出错，已停止。请缩短过长的文字或表格后再试；仍不行请联系管理员。"
