"""The bill of materials: CycloneDX 1.6, the same bytes for the same locks."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from scripts.scanning.packages import Package


def bill_of(packages: Sequence[Package], *, version: str) -> str:
    components = [_component(one) for one in sorted(packages, key=lambda one: one.purl)]
    content = json.dumps(components, sort_keys=True)
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": "hotline", "name": "hotline",
                "version": version, "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": "hotline", "dependsOn": [one["bom-ref"] for one in components]}],
    }  # fmt: skip
    return json.dumps(bill, ensure_ascii=False, indent=1) + "\n"


def _component(package: Package) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
    }
    if package.hashes:
        component["hashes"] = [{"alg": alg, "content": value} for alg, value in package.hashes]
    if package.licence:
        component["licenses"] = [{"license": {"name": package.licence}}]
    return component
