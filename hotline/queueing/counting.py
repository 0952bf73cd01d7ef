"""Small numbers as people say them when they count: 两位, 十二分钟; pure."""

_DIGITS = "零一二三四五六七八九"


def counted(number: int) -> str:
    """1 to 99 as spoken before a measure word; two is 两. Above that: 很多."""
    if number == 2:
        return "两"
    if not 0 <= number < 100:
        return "很多"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    head = "" if tens == 1 else _DIGITS[tens]
    return f"{head}十{_DIGITS[ones] if ones else ''}"
