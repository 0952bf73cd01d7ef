"""Draw an image anew: what it shows stays, what its file tells besides goes."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from hotline.attachments.sniff import JPEG, PNG, FileRefused, Kind

MOST_PIXELS = 20_000_000
_QUALITY = 88


def redrawn(content: bytes, kind: Kind) -> tuple[bytes, Kind]:
    """JPEG, or PNG for what had transparency. Raises FileRefused: broken, or over 20 megapixels.

    The size stands in the head of the file, so nothing is unpacked before it is known.
    """
    try:
        return _opened_and_drawn(content, kind)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise FileRefused from error


def miniature(content: bytes, edge: int) -> bytes:
    """A small JPEG, at most so many pixels wide and high, of a picture that was drawn anew."""
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
        image.draft("RGB", (edge, edge))
        small = image.convert("RGB")
        small.thumbnail((edge, edge))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()


def _opened_and_drawn(content: bytes, kind: Kind) -> tuple[bytes, Kind]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise FileRefused
            return _drawn(image, kind)


def _drawn(image: Image.Image, kind: Kind) -> tuple[bytes, Kind]:
    """Turned as it was taken, then copied by its pixels alone: no EXIF, no profile, no comments."""
    upright = ImageOps.exif_transpose(image)
    is_clear = kind is not JPEG and upright.mode in ("RGBA", "LA", "P")
    pixels = upright.convert("RGBA" if is_clear else "RGB")
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    out = io.BytesIO()
    if is_clear:
        fresh.save(out, "PNG", optimize=False)
        return out.getvalue(), PNG
    fresh.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue(), JPEG
