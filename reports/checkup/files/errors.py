class UnreadableError(Exception):
    """The file cannot be read; the message is a Chinese sentence that says what to do."""


TOO_LARGE = "内容太多，不像一份自评表。请只留下自评的几张表和报告，再试一次。"
BROKEN = "文件打不开，可能没有传完整或已损坏。请用 Word、WPS 或表格软件打开另存一份再试。"
EMPTY = "文件里没有文字。"
