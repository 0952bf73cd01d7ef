"""The open interfaces: public, in the formats that their standards name."""

from fastapi import APIRouter

from hotline.opendata.georeport import routes as georeport
from hotline.opendata.hsds import routes as hsds

router = APIRouter(include_in_schema=False)
router.include_router(georeport.router)
router.include_router(hsds.router)
