"""Numbers that carry a check digit: of a firm, and of a person. Pure."""

_FIRM = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PERSON_DIGITS = "10X98765432"


def is_credit_code(code: str) -> bool:
    """统一社会信用代码: 18 characters, base 31, weights 3^i (GB 32100-2015)."""
    if len(code) != 18 or any(one not in _FIRM for one in code):
        return False
    total = sum(_FIRM.index(one) * pow(3, place, 31) for place, one in enumerate(code[:17]))
    return _FIRM[-total % 31] == code[17]


def is_identity_number(number: str) -> bool:
    """公民身份号码: 17 digits and a check character (GB 11643-1999)."""
    digits = number[:17]
    if len(number) != 18 or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(one) * weight for one, weight in zip(digits, _PERSON_WEIGHTS, strict=True))
    return _PERSON_DIGITS[total % 11] == number[17].upper()
