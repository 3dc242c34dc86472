"""What the journal's actions are called; each room names its own."""

_labels: dict[str, str] = {}


def name_actions(labels: dict[str, str]) -> None:
    _labels.update(labels)


def label_of(action: str) -> str:
    return _labels.get(action, action)
