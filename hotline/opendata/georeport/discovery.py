"""Where the interface is, in which formats, and how to get a key. Pure."""

from hotline.opendata.georeport.documents import MEDIA_TYPES, Items, Plain
from hotline.portal.catalog import Catalog

_SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def discovery_document(catalog: Catalog, address: str, *, is_sample: bool) -> dict[str, Plain]:
    """`changeset` moves when services may have changed: the day of the directory's newest entry."""
    changeset = f"{catalog.updated_on or '1970-01-01'}T00:00:00+08:00"
    hotline = catalog.city.phone or "114"
    formats = Items("format", [kind.partition(";")[0] for kind in MEDIA_TYPES.values()])
    endpoint: dict[str, Plain] = {
        "specification": _SPECIFICATION,
        "url": f"{address}/open311/v2",
        "changeset": changeset,
        "type": "test" if is_sample else "production",
        "formats": formats,
    }
    return {
        "changeset": changeset,
        "contact": f"{catalog.city.name} {hotline}",
        "key_service": f"提交诉求需要密钥：请致电 {hotline} 申请，由系统管理员发放。",
        "endpoints": Items("endpoint", [endpoint]),
    }
