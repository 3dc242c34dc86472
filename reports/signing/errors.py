"""What can go wrong with keys and signatures; as text, a sentence for the person who signs."""


class SigningError(Exception):
    """No signature was made; the sentence says what to do next."""


class KeyFolderError(SigningError):
    """The keys of the embedded authority cannot be read or made."""


class TimeStampError(SigningError):
    """The time stamp service gave no answer that can be used."""
